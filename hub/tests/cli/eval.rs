//! Evaluations: scores as JSON, runs beside the data set, predictions in SQL.

use std::fs;
use std::path::Path;

use hub_dataset::Store;
use hub_eval::model::{About, Card, Labels, ModelStore, Overrides, Preset, ValueMode, Values};
use hub_eval::onnx::messages::{
    Dimension, DimensionValue, GraphProto, NodeProto, OperatorSetIdProto, TensorProto, TensorShapeProto,
    TensorType, TypeProto, ValueInfoProto,
};
use hub_eval::onnx::{Model, ModelProto};
use prost::Message;
use serde_json::{Value as Json, json};

use crate::served::{Served, well};
use crate::session::Session;

const COLOURS: [&str; 3] = ["red", "green", "blue"];

fn value(name: &str, dims: &[i64]) -> ValueInfoProto {
    let dim = dims.iter().map(|size| Dimension {
        value: Some(match size {
            0 => DimensionValue::Named("N".into()),
            size => DimensionValue::Fixed(*size),
        }),
    });
    let tensor_type = TensorType { elem_type: 1, shape: Some(TensorShapeProto { dim: dim.collect() }) };
    ValueInfoProto { name: name.into(), r#type: Some(TypeProto { tensor_type: Some(tensor_type) }) }
}

fn node(op_type: &str, input: &[&str], output: &str) -> NodeProto {
    let input = input.iter().map(ToString::to_string).collect();
    NodeProto { op_type: op_type.into(), input, output: vec![output.into()], ..NodeProto::default() }
}

/// A model of three classes: the mean of each channel, times a number.
fn model(path: &Path, strengths: [f32; 3]) -> Model {
    let weights: Vec<f32> = (0..9).map(|at| if at % 4 == 0 { strengths[at / 4] } else { 0.0 }).collect();
    let raw_data = weights.iter().flat_map(|weight| weight.to_le_bytes()).collect::<Vec<u8>>().into();
    let weights =
        TensorProto { name: "W".into(), dims: vec![3, 3], data_type: 1, raw_data, ..TensorProto::default() };
    let graph = GraphProto {
        node: vec![
            node("GlobalAveragePool", &["image"], "pooled"),
            node("Flatten", &["pooled"], "flat"),
            node("MatMul", &["flat", "W"], "logits"),
        ],
        initializer: vec![weights],
        input: vec![value("image", &[0, 3, 8, 8])],
        output: vec![value("logits", &[0, 3])],
        ..GraphProto::default()
    };
    let opset_import = vec![OperatorSetIdProto { domain: String::new(), version: 17 }];
    let proto = ModelProto { ir_version: 8, graph: Some(graph), opset_import, ..ModelProto::default() };
    fs::write(path, proto.encode_to_vec()).unwrap();
    Model::open(path).unwrap()
}

/// A session with ten images of each colour, and two models: one that is right, one that never says red.
async fn session() -> Session {
    let session = Session::new();
    for (class, name) in COLOURS.iter().enumerate() {
        let folder = session.path("colours").join(name);
        fs::create_dir_all(&folder).unwrap();
        for number in 0..10u8 {
            let mut pixel = [20; 3];
            pixel[class] = 150 + number;
            let png = hub_media::encode_png(&pixel.repeat(8 * 8), 8, 8, 3).unwrap();
            fs::write(folder.join(format!("{name}{number}.png")), png).unwrap();
        }
    }
    let home = session.path("hub-home");
    let store = ModelStore::new(Store::local(&home.join("models")).unwrap(), &home.join("cache"));
    for (name, strengths) in [("good", [9.0; 3]), ("blind", [-9.0, 9.0, 9.0])] {
        let model = model(&session.path(&format!("{name}.onnx")), strengths);
        let overrides = Overrides { values: Some(Values::of(ValueMode::Unit)), ..Overrides::default() };
        let preset: Preset = "torchvision".parse().unwrap();
        let preprocessing = preset.preprocessing(&overrides, Some(8)).unwrap();
        let labels = Labels::named(COLOURS.iter().map(ToString::to_string).collect());
        let card = Card::new(&model, preprocessing, labels, About::default()).unwrap();
        store.add(&name.parse().unwrap(), &card, &model, false).await.unwrap();
    }
    session.quietly("push colours colours");
    session
}

fn json_of(session: &Session, line: &str) -> Json {
    serde_json::from_str(&session.quietly(line)).unwrap()
}

#[tokio::test]
async fn an_evaluation_is_scored_stored_and_compared() {
    let session = session().await;
    let good = json_of(&session, "eval colours --model good --json --engine rten");
    assert_eq!((&good["top1"], &good["top1_right"], &good["top1_of"]), (&json!(1.0), &json!(30), &json!(30)));
    assert!(good["top1_interval"][0].as_f64().unwrap() > 0.88, "{good}");
    assert_eq!((&good["stored"], &good["model"]["name"]), (&json!(true), &json!("good")));
    let blind = json_of(&session, "eval colours --model blind --json --engine rten --report page.html");
    assert_eq!(blind["top1_right"], 20);
    let page = fs::read_to_string(session.path("page.html")).unwrap();
    assert!(page.contains("Most confident mistakes") && page.contains("data:image/png;base64,"));
    let listed = json_of(&session, "runs ls colours --json");
    assert_eq!(listed[0]["id"], blind["run"], "the newest first");
    assert_eq!(json_of(&session, "runs show colours good --json")["id"], good["run"]);
    let compared = json_of(&session, "runs compare colours good blind --margin 1 --json");
    assert_eq!((&compared["only_first"], &compared["differs"]), (&json!(10), &json!(true)));
    assert_eq!(compared["flips"].as_array().unwrap().len(), 10);
    let boards = json_of(&session, "runs leaderboard colours --json");
    let ranks: Vec<&Json> =
        boards[0]["ranks"].as_array().unwrap().iter().map(|rank| &rank["model"]).collect();
    assert_eq!(ranks, ["good", "blind"]);
    let sql = "SELECT p.predicted, count(*) AS n FROM predictions p JOIN samples s ON p.row_id = s._row_id \
               WHERE s.label = 'red' AND NOT p.correct GROUP BY 1";
    let mut query = session.command("query colours --run blind --json");
    let found = well(query.arg(sql).output().unwrap());
    let found: Json = serde_json::from_str(&found).unwrap();
    assert_eq!(found.as_array().unwrap().iter().map(|row| row["n"].as_u64().unwrap()).sum::<u64>(), 10);
    session.quietly("runs export colours last --mlflow mlruns --predictions p.parquet --record r.json");
    let record: Json = serde_json::from_slice(&fs::read(session.path("r.json")).unwrap()).unwrap();
    assert_eq!(record["id"], blind["run"]);
    assert!(fs::read(session.path("p.parquet")).unwrap().starts_with(b"PAR1"));
    session.quietly("runs rm colours blind good");
    assert_eq!(json_of(&session, "runs ls colours --json"), json!([]));
    // Everything that was stored goes with the data set.
    session.quietly("eval colours --model good --engine rten --quiet");
    session.quietly("fsck colours");
    session.quietly("rm colours --yes");
}

#[tokio::test]
async fn rows_are_chosen_and_mistakes_are_told() {
    let session = session().await;
    let csv =
        session.quietly("eval colours --model good --engine rten --where label<>'red' --no-record --csv");
    assert!(csv.starts_with("score,value,low,high,right,of\ntop1,1,") && csv.contains(",20,20\n"), "{csv}");
    let limited =
        json_of(&session, "eval colours --model good --engine rten --limit 7 --seed 3 --no-record --json");
    assert_eq!((&limited["top1_of"], &limited["stored"]), (&json!(7), &json!(false)));
    for (line, code, told) in [
        ("eval colours --model good --split val", 3, "no split 'val'"),
        ("eval colours --model nosuch", 3, "nosuch"),
        ("eval colours --model good --where label='violet'", 3, "no class 'violet'"),
        ("eval colours --model good --where image.width>9000", 3, "no rows to evaluate"),
        ("eval colours --model good --resume", 3, "no unfinished run"),
        ("eval colours --model good --column label", 2, "expected images"),
        ("eval colours --model good --until 0", 2, "0.01 to 50"),
        ("eval --model good", 2, "required"),
        ("runs show colours", 3, "no runs"),
        ("query colours --run last SELECT", 3, "no runs"),
    ] {
        let output = session.command(line).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{line}: {stderr}");
        assert!(stderr.contains(told), "{line}: {stderr}");
    }
    let explained =
        json_of(&session, "eval --explain colours/red/red0.png --model good --engine rten --json");
    assert_eq!((&explained["decoded_size"], &explained["top"][0]["name"]), (&json!([8, 8]), &json!("red")));
    assert!(
        explained["variants"]
            .as_array()
            .unwrap()
            .iter()
            .any(|v| v["change"].as_str().unwrap().contains("BGR"))
    );
}

/// A run goes through a server's interface, and is read there by others.
#[tokio::test]
async fn runs_are_stored_on_a_server() {
    let session = session().await;
    let served = Served::start(&[]);
    let hub = |line: &str| well(served.with_token(session.command(line)).output().unwrap());
    let json_of = |line: &str| -> Json { serde_json::from_str(&hub(line)).unwrap() };
    hub("push ann/colours colours");
    let run = json_of("eval ann/colours --model good --engine rten --json");
    assert_eq!(run["stored"], true, "{run}");
    let listed = json_of("runs ls ann/colours --json");
    assert_eq!((&listed[0]["id"], &listed[0]["top1"]), (&run["run"], &json!(1.0)));
    let page = served.get("/api/v1/datasets/ann/colours/runs");
    assert_eq!((&page["runs"][0]["model"], &page["runs"][0]["top1"]["right"]), (&json!("good"), &json!(30)));
    let page = served.get("/api/v1/datasets/ann/colours/runs/last/predictions?order=confidence&limit=1");
    assert_eq!((&page["total"], &page["predictions"][0]["correct"]), (&json!(30), &json!(true)));
    let page = served.get("/api/v1/datasets/ann/colours/leaderboard");
    assert_eq!(page["boards"][0]["ranks"][0]["model"], "good");
    hub("runs rm ann/colours last");
    assert_eq!(json_of("runs ls ann/colours --json"), json!([]));
}

//! Evaluations: scores as JSON, runs beside the data set, predictions in SQL.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use hub_dataset::Store;
use hub_eval::model::{About, Card, Channels, Labels, ModelStore, Overrides, Preset, ValueMode, Values};
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

/// Small real data.
fn fixtures(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)
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
    let settings: Vec<&Json> =
        compared["settings"].as_array().unwrap().iter().map(|s| &s["setting"]).collect();
    assert_eq!(settings, ["model"]);
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

/// The files of the only run of a data set in the session's hub.
fn run_files(session: &Session, dataset: &str) -> Vec<String> {
    let runs = session.path("hub-home/datasets/local").join(dataset).join("runs");
    let run = fs::read_dir(runs).into_iter().flatten().flatten().map(|entry| entry.path());
    let files = run.flat_map(|run| fs::read_dir(run).into_iter().flatten().flatten());
    files.map(|file| file.file_name().into_string().unwrap()).collect()
}

/// A process that is killed leaves parts of its predictions; the same command with `--resume` ends with the same result, to
/// the last bit, as one that was never stopped.
#[test]
fn an_evaluation_that_was_killed_is_resumed_to_the_same_result() {
    let session = Session::new();
    let digits = fixtures("mnist");
    for name in ["whole", "killed"] {
        well(session.command(&format!("push {name}")).arg(&digits).output().unwrap());
    }
    let whole =
        json_of(&session, "eval whole --model lenet5 --engine rten --threads 1 --batch-size 4 --json");
    let line = "eval killed --model lenet5 --engine rten --threads 1 --batch-size 4 --keep-every 0 --json";
    let mut child = session.command(line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while !run_files(&session, "killed").iter().any(|file| file == "part-000004.parquet") {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
        assert!(begun.elapsed() < Duration::from_secs(60), "it wrote no parts");
        std::thread::sleep(Duration::from_millis(1));
    }
    // SIGKILL: nothing is tidied up.
    child.kill().unwrap();
    child.wait().unwrap();
    let left = run_files(&session, "killed");
    assert!(left.contains(&"plan.json".to_owned()) && !left.contains(&"run.json".to_owned()), "{left:?}");
    assert_eq!(json_of(&session, "runs ls killed --json"), json!([]), "what isn't finished is no run");
    // Another model, engine or choice of rows is not continued.
    let other = session.command(&format!("{line} --limit 400 --resume")).output().unwrap();
    assert_eq!(other.status.code(), Some(3));
    let resumed = json_of(&session, &format!("{line} --resume"));
    let scored =
        |run: &Json| (run["scores"].clone(), run["predictions"]["rows"].clone(), run["top1_right"].clone());
    assert_eq!(scored(&resumed), scored(&whole));
    assert_eq!(whole["top1_of"], 500);
    // What was done before wasn't done again: the speed is that of the rows since then.
    let since =
        resumed["samples_per_second"].as_f64().unwrap() * resumed["seconds"]["total"].as_f64().unwrap();
    assert!(since <= 500.0 - 4.0 * 4.0 + 0.5, "{since} rows were evaluated after 16 were kept");
    let mut left = run_files(&session, "killed");
    left.sort();
    assert_eq!(left, ["predictions.parquet", "run.json"]);
    // Row ids differ between the two data sets, all else is the same.
    let predictions = |set: &str| {
        let sql = "SELECT position, label, predicted, probability, margin, loss, rank FROM predictions ORDER BY position";
        let mut query = session.command(&format!("query {set} --run last --json"));
        well(query.arg(sql).output().unwrap())
    };
    assert_eq!(predictions("killed"), predictions("whole"));
    let again = session.command(&format!("{line} --resume")).output().unwrap();
    assert_eq!(again.status.code(), Some(3), "there is nothing left to resume");
}

/// A card with red and blue exchanged loses two thirds of the images, and nothing says so but this command.
#[tokio::test]
async fn the_preprocessing_that_fits_is_found() {
    let session = session().await;
    let home = session.path("hub-home");
    let store = ModelStore::new(Store::local(&home.join("models")).unwrap(), &home.join("cache"));
    let model = model(&session.path("swapped.onnx"), [9.0; 3]);
    let values = Values { channels: Channels::Bgr, ..Values::of(ValueMode::Unit) };
    let overrides = Overrides { values: Some(values), ..Overrides::default() };
    let preset: Preset = "torchvision".parse().unwrap();
    let preprocessing = preset.preprocessing(&overrides, Some(8)).unwrap();
    let labels = Labels::named(COLOURS.iter().map(ToString::to_string).collect());
    let card = Card::new(&model, preprocessing, labels, About::default()).unwrap();
    store.add(&"swapped".parse().unwrap(), &card, &model, false).await.unwrap();
    let fits = json_of(&session, "model check swapped colours --engine rten --json");
    let rows = fits.as_array().unwrap();
    assert_eq!(
        (&rows[0]["right"], &rows[0]["of"], &rows[0]["card"]),
        (&json!(30), &json!(30), &json!(false))
    );
    assert_eq!(rows[0]["preprocessing"]["values"]["channels"], "rgb");
    let of_card = rows.iter().find(|row| row["card"] == true).unwrap();
    assert_eq!(of_card["right"], 10, "green alone");
    let told = session.quietly("model check swapped colours --engine rten");
    assert!(
        told.contains("fits best: ") && told.contains("30 of 30 right; the card of swapped has"),
        "{told}"
    );
    let told = session.quietly("model check good colours --engine rten --limit 12");
    assert!(told.contains("the card of good fits best: "), "{told}");
    for (line, code, text) in [
        ("model check nosuch colours", 3, "nosuch"),
        ("model check good colours --split val", 3, "no split 'val'"),
        ("model check good nosuch", 3, "nosuch"),
    ] {
        let output = session.command(line).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{line}: {stderr}");
        assert!(stderr.contains(text), "{line}: {stderr}");
    }
}

/// Figures of speed are plausible, and say what they are not.
#[tokio::test]
async fn scenarios_are_measured() {
    let session = session().await;
    let measure =
        |rest: &str| json_of(&session, &format!("eval colours --model good --engine rten --json {rest}"));
    let single = measure("--scenario single-stream --queries 64");
    assert_eq!((&single["note"], &single["queries"]), (&json!("not an MLPerf result"), &json!(64)));
    assert_eq!((&single["samples_in_memory"], &single["model"]), (&json!(30), &json!("good")));
    let latency = &single["latency"];
    assert!(latency["claim"]["at_most"]["latency_ns"].as_u64() >= latency["percentiles_ns"]["p90"].as_u64());
    let few = measure("--scenario multi-stream --queries 10");
    assert_eq!(few["latency"]["claim"], json!({ "too_few": { "queries": 10, "needs": 662 } }));
    assert_eq!((&few["samples"], &few["latency"]["percentiles_ns"]["p99"]), (&json!(80), &json!(null)));
    let offline = measure("--scenario offline --queries 100 --batch-size 32");
    assert!(offline["samples"] == 100 && offline["samples_per_second"].as_f64().unwrap() > 0.0);
    let server = measure("--scenario server --queries 500 --latency-bound 1s");
    assert!(server["server"]["queries_per_second"].as_f64().unwrap() > 0.0, "{server}");
    assert!(server["server"]["trials"][0]["needs_at_least"].as_u64().unwrap() >= 459, "{server}");
    let none = measure("--scenario server --queries 500 --latency-bound 1us");
    assert!(none["server"]["problem"].as_str().unwrap().contains("without any load"), "{none}");
    let told =
        session.quietly("eval colours --model good --engine rten --scenario multi-stream --queries 10");
    assert!(told.contains("not an MLPerf result") && told.contains("too few queries for p99: 10"), "{told}");
    assert_eq!(json_of(&session, "runs ls colours --json"), json!([]), "no run is stored");
    for (line, text) in [
        ("eval colours --model good --scenario stream", "no scenario"),
        ("eval colours --model good --queries 5", "--scenario"),
        ("eval colours --model good --scenario offline --resume", "--resume"),
        ("eval colours --model good --scenario server --latency-bound 15", "such as 15ms"),
    ] {
        let output = session.command(line).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && stderr.contains(text), "{line}: {stderr}");
    }
}

/// Where the time went, and what it cost, stands in each run.
#[tokio::test]
async fn a_run_says_where_the_time_went() {
    let session = session().await;
    let run = json_of(&session, "eval colours --model good --engine rten --no-record --json");
    let seconds = &run["seconds"];
    for part in ["total", "read", "decode", "infer", "wait", "score"] {
        assert!(seconds[part].as_f64().is_some_and(|time| time >= 0.0), "{part}: {seconds}");
    }
    assert!(seconds["used"]["cpu_seconds"].as_f64().unwrap() > 0.0, "{seconds}");
    let told = session.quietly("eval colours --model good --engine rten --no-record");
    assert!(told.contains("time: read ") && told.contains("CPU seconds per 1,000 images"), "{told}");
}

/// What another program made of an image, another card and another model are compared step by step.
#[tokio::test]
async fn the_likely_cause_of_a_difference_is_told() {
    let session = session().await;
    let explain = "eval --explain colours/red/red3.png --model good --engine rten";
    let own = json_of(&session, &format!("{explain} --json"));
    let swapped =
        own["variants"].as_array().unwrap().iter().find(|v| v["change"].as_str().unwrap().contains("BGR"));
    let other =
        json!({ "tensor_sha256": own["tensor_sha256"], "first_logits": swapped.unwrap()["first_logits"] });
    fs::write(session.path("other.json"), other.to_string()).unwrap();
    let found = json_of(&session, &format!("{explain} --against other.json --json"));
    assert_eq!((&found["tensor"], &found["logits"]), (&json!("same"), &json!("differs")));
    assert!(found["cause"].as_str().unwrap().contains("BGR"), "{found}");
    // The whole explanation of the same program.
    fs::write(session.path("own.json"), own.to_string()).unwrap();
    let told = session.quietly(&format!("{explain} --against own.json"));
    assert!(told.contains("none: what is known of the other is the same"), "{told}");
    // A run's record, whose preprocessing is another.
    session.quietly("eval colours --model good --engine rten --quiet");
    session.quietly("runs export colours last --record record.json");
    let mut record: Json = serde_json::from_slice(&fs::read(session.path("record.json")).unwrap()).unwrap();
    let same = json_of(&session, &format!("{explain} --against record.json --json"));
    assert_eq!(same["differences"], json!([]));
    record["preprocessing"]["values"]["mean"] = json!([0.5, 0.4, 0.3]);
    record["preprocessing"]["orient"] = json!(true);
    fs::write(session.path("record.json"), record.to_string()).unwrap();
    let found = json_of(&session, &format!("{explain} --against record.json --json"));
    let settings: Vec<&Json> =
        found["differences"].as_array().unwrap().iter().map(|d| &d["setting"]).collect();
    assert_eq!(settings, ["values (mean, deviation)", "orientation by EXIF"]);
    let found = json_of(&session, &format!("{explain} --against blind --json"));
    assert_eq!(found["cause"], "another model: the tensors are the same");
    fs::write(session.path("empty.json"), "{}").unwrap();
    fs::write(session.path("text.json"), "no JSON").unwrap();
    for (other, code, text) in [
        ("empty.json", 6, "tensor_sha256"),
        ("text.json", 6, "not JSON"),
        ("gone.json", 1, "can't read"),
        ("nosuch", 3, "nosuch"),
    ] {
        let output = session.command(&format!("{explain} --against {other}")).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{other}: {stderr}");
        assert!(stderr.contains(text), "{other}: {stderr}");
    }
}

/// Runs go along with the history that they are of, and come back.
#[tokio::test]
async fn runs_travel_with_copies() {
    let session = session().await;
    let first = json_of(&session, "eval colours --model good --engine rten --json");
    let pulled = json_of(&session, "pull colours ./copy --json");
    assert_eq!((&pulled["runs"], &pulled["commits"]), (&json!(1), &json!(1)));
    let run = |set: &str| json_of(&session, &format!("runs show {set} last --json"));
    assert_eq!(run("./copy"), run("colours"));
    let second = json_of(&session, "eval ./copy --model blind --engine rten --json");
    let again = json_of(&session, "push colours ./copy --json");
    assert_eq!((&again["runs"], &again["commits"], &again["is_new"]), (&json!(1), &json!(0), &json!(true)));
    let listed = json_of(&session, "runs ls colours --json");
    let ids: Vec<&Json> = listed.as_array().unwrap().iter().map(|run| &run["id"]).collect();
    assert_eq!(ids, [&second["run"], &first["run"]]);
    assert_eq!(json_of(&session, "runs compare colours good blind --json")["only_first"], 10);
    assert_eq!(json_of(&session, "pull colours ./copy --json")["is_new"], false, "nothing is missing");
    // A copy of one state has another history, of which no run is.
    session.quietly("pull colours ./state --depth 1");
    assert_eq!(json_of(&session, "runs ls ./state --json"), json!([]));
    session.quietly("fsck ./copy");
    // To a server and from it, by an owner.
    let served = Served::start(&[]);
    let hub = |line: &str| well(served.with_token(session.command(line)).output().unwrap());
    hub("push ann/colours ./copy");
    let there: Json = serde_json::from_str(&hub("runs ls ann/colours --json")).unwrap();
    assert_eq!(there.as_array().unwrap().len(), 2);
    hub("pull ann/colours ./back");
    assert_eq!(run("./back"), run("colours"));
}

/// A digit of MNIST goes to `POST /api/v1/classify`, on the model that comes with the binary, in the binary's own process.
#[test]
fn a_server_classifies_a_picture() {
    let session = Session::new();
    well(session.command("push mnist").arg(fixtures("mnist")).output().unwrap());
    session.quietly("cp mnist 0-2 digits/");
    let served = Served::start(&[("HUB_CLASSIFY", "true")]);
    let labels = ["7", "2", "1"];
    let mut files: Vec<_> =
        fs::read_dir(session.path("digits")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), labels.len());
    for (file, label) in files.iter().zip(labels) {
        let (status, found) = served.post("/api/v1/classify?model=lenet5&top=2", &fs::read(file).unwrap());
        assert_eq!(status, 200, "{found}");
        assert_eq!(
            (&found["model"], &found["classes"][0]["name"]),
            (&json!("lenet5"), &json!(label)),
            "{found}"
        );
        assert!(found["classes"].as_array().unwrap().len() == 2);
    }
}

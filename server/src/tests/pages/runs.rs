//! The pages of runs: leaderboard, one run, two runs.

use super::super::hub::append;
use super::super::scored::store_run;
use super::super::{Hub, Who};
use super::Browser;
use super::hostile::EVIL;

/// Right for all but the last of twelve; with it, right for all; wrong for all of the first six.
const GOOD: [f64; 12] = [0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.02];
const BEST: [f64; 12] = [0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9];
const BAD: [f64; 12] = [0.7, 0.3, 0.7, 0.3, 0.7, 0.3, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9];

const IDS: [&str; 3] = ["20260412-093015-1f0c22ab", "20260412-093016-1f0c22ab", "20260412-093017-1f0c22ab"];

async fn scored() -> Hub {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "private").await;
    let at = append(&pets, "main", 0, &[("train", &[12])]).await;
    for (id, (model, dog)) in IDS.iter().zip([("good", GOOD), ("best", BEST), ("bad", BAD)]) {
        store_run(&pets, &at, id, model, &dog).await;
    }
    hub
}

#[tokio::test]
async fn a_leaderboard_states_ties() {
    let hub = scored().await;
    let reader = Browser::of(&hub, Who::Reader).await;
    let page = reader.html("/vision/pets/runs", 200).await;
    // One sample of twelve doesn't tell the first two apart; six do.
    let places: Vec<&str> = page.split(r#"<tr><td class="r">"#).skip(1).collect();
    let place = |at: usize| places[at].split("</tr>").next().unwrap();
    assert!(
        place(0).starts_with("1 <span class=\"tag\">tied") && place(0).contains(">best</a>"),
        "{}",
        place(0)
    );
    assert!(
        place(1).starts_with("1 <span class=\"tag\">tied") && place(1).contains(">good</a>"),
        "{}",
        place(1)
    );
    assert!(place(2).starts_with("3<") && place(2).contains(">bad</a>"), "{}", place(2));
    assert!(place(0).contains("<b>100.0 %</b>") && place(0).contains("75.8 – 100.0 %"), "{}", place(0));
    assert!(place(1).contains("11 of 12") && place(2).contains("<b>50.0 %</b>"));
    // Each is compared with the one that leads: against it, on the page that compares the two.
    assert!(place(1).contains(&format!("/vision/pets/runs/{}...{}", IDS[1], IDS[0])), "{}", place(1));
    assert!(place(2).contains(&format!("/vision/pets/runs/{}...{}", IDS[1], IDS[2])), "{}", place(2));
    assert!(place(2).contains("−50.00 points"), "{}", place(2));
    // The tab has their number, on every page of the data set.
    assert!(reader.html("/vision/pets", 200).await.contains(r#">Runs<span class="n num">3</span></a>"#));
    // The newest run is among what happened lately.
    let home = reader.html("/", 200).await;
    assert!(home.contains("<b>bad</b> in") && home.contains("scored 50.0 % on all"), "{home}");
    // The form leads to the comparison.
    let answer = reader.get(&format!("/vision/pets/runs?first={}&second={}", IDS[0], IDS[2])).await;
    assert_eq!(super::location(&answer), format!("/vision/pets/runs/{}...{}", IDS[0], IDS[2]));
}

#[tokio::test]
async fn a_run_shows_its_scores_and_the_samples_that_say_most() {
    let hub = scored().await;
    let reader = Browser::of(&hub, Who::Reader).await;
    let page = reader.html(&format!("/vision/pets/runs/{}", IDS[0]), 200).await;
    let json = hub.json(Who::Reader, &format!("/api/v1/datasets/vision/pets/runs/{}", IDS[0])).await;
    let f1 = |number: usize| json["scores"]["classes"]["rows"][number]["f1"].as_f64().unwrap();
    for said in [
        "<b>91.7 %</b>".to_owned(),
        "64.6 – 98.5 %".to_owned(),
        "11 of 12".to_owned(),
        // The confusion as squares and as a table.
        "<title>dog predicted as cat: 1</title>".to_owned(),
        r#"<tr><th scope="row">dog</th><td class="r">1</td><td class="r">5</td></tr>"#.to_owned(),
        "<tr><td>dog</td><td>cat</td><td class=\"r\">1</td></tr>".to_owned(),
        // By class, the lowest F1 first.
        format!(
            "<td class=\"wide\">dog</td><td class=\"r\">100.0 %</td><td class=\"r\">83.3 %</td><td class=\"r\"><b>{:.3}</b>",
            f1(1)
        ),
        // The slice of nine rows, against the other three.
        "<code>n &#62;= 3</code>".to_owned(),
        "8 of 9".to_owned(),
        // Calibration: all but one were 90 % sure.
        "90.0 %</td>".to_owned(),
    ] {
        assert!(page.contains(&said), "{said}: {page}");
    }
    // The sure mistake: said cat, label dog, with its picture and its page at the revision that was scored.
    let wrong = page.split(r#"id="surest""#).nth(1).unwrap().split("</section>").next().unwrap();
    assert_eq!(wrong.matches("<li>").count(), 1, "{wrong}");
    assert!(
        wrong.contains("label dog") && wrong.contains("98.0 % sure") && wrong.contains(">cat</span>"),
        "{wrong}"
    );
    assert!(
        wrong.contains("/image/thumbnail?rev=main%3A0") && wrong.contains(":11?rev=main%3A0&#38;run="),
        "{wrong}"
    );
    let hardest = page.split(r#"id="hardest""#).nth(1).unwrap().split("</section>").next().unwrap();
    assert_eq!(hardest.matches("<li>").count(), 12, "{hardest}");
    assert!(hardest.find("98.0 % sure").unwrap() < hardest.find("90.0 % sure").unwrap(), "the hardest first");
    // By its name, too; and in another order.
    let by_name = reader.html("/vision/pets/runs/good?sort=name", 200).await;
    let at = |page: &str, class: &str| page.find(&format!("<td class=\"wide\">{class}</td>")).unwrap();
    assert!(at(&by_name, "cat") < at(&by_name, "dog") && at(&page, "dog") < at(&page, "cat"));
}

#[tokio::test]
async fn two_runs_are_compared_sample_by_sample() {
    let hub = scored().await;
    let reader = Browser::of(&hub, Who::Reader).await;
    let page = reader.html(&format!("/vision/pets/runs/{}...{}?margin=40", IDS[0], IDS[2]), 200).await;
    let path = format!("/api/v1/datasets/vision/pets/runs/{}/compare/{}?margin=0.4", IDS[0], IDS[2]);
    let json = hub.json(Who::Reader, &path).await;
    assert_eq!((json["only_first"].as_u64(), json["only_second"].as_u64()), (Some(6), Some(1)));
    let exact = format!("p {:.4}", json["mcnemar_exact_p"].as_f64().unwrap());
    assert!(page.contains(&exact) && exact == "p 0.1250", "{exact}: {page}");
    assert!(page.contains("+41.67 points ahead"), "{page}");
    assert_eq!(json["differs"], page.contains("good is better."), "{page}");
    assert!(page.contains("Not shown to be equally good within 40 points"), "{page}");
    let table = r#"<td class="r">5</td><td class="r"><b>6</b></td>"#;
    assert!(page.contains(table), "{page}");
    let sides: Vec<&str> = page.split("<section class=\"card sec\" aria-label=\"Only the ").skip(1).collect();
    assert_eq!((sides[0].matches("<li>").count(), sides[1].matches("<li>").count()), (6, 1));
    assert!(sides[1].contains("label dog") && sides[1].contains("98.0 % sure"), "{}", sides[1]);
    for (path, status) in [("bad...none", 404), ("bad...good?margin=x", 400), ("bad...good?margin=0", 400)] {
        reader.html(&format!("/vision/pets/runs/{path}"), status).await;
    }
}

#[tokio::test]
async fn markup_in_a_model_s_name_shows_as_text() {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "public").await;
    let at = append(&pets, "main", 0, &[("train", &[4])]).await;
    store_run(&pets, &at, IDS[0], EVIL, &[0.1, 0.9, 0.1, 0.9]).await;
    store_run(&pets, &at, IDS[1], "other", &[0.9; 4]).await;
    let stranger = Browser::stranger(&hub);
    let sample = "samples/0".to_owned();
    for path in
        ["runs".to_owned(), format!("runs/{}", IDS[0]), format!("runs/{}...{}", IDS[0], IDS[1]), sample]
    {
        let page = stranger.html(&format!("/vision/pets/{path}"), 200).await;
        assert!(page.contains("&#60;script&#62;alert(1)"), "{path}: {page}");
        assert!(!page.contains("<script>") && !page.contains("<img src=x"), "{path}: {page}");
    }
}

#[tokio::test]
async fn a_data_set_without_runs_has_no_tab_but_says_how_to_make_one() {
    let hub = Hub::new().await;
    let pets = hub.dataset("pets", "public").await;
    append(&pets, "main", 0, &[("train", &[4])]).await;
    let stranger = Browser::stranger(&hub);
    assert!(!stranger.html("/vision/pets", 200).await.contains(">Runs<"));
    let page = stranger.html("/vision/pets/runs", 200).await;
    assert!(page.contains("hub eval vision/pets --model"), "{page}");
    let missing = stranger.html("/vision/pets/runs/last", 404).await;
    assert!(missing.contains("the data set has no runs"), "{missing}");
}

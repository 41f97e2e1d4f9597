//! Models, and a picture that one of them classifies.

use reqwest::Method;

use super::super::{Hub, Who};
use super::Browser;

/// A form with a model and a picture, as a browser without script sends it.
async fn submit(browser: &Browser<'_>, model: &str, picture: &[u8]) -> (u16, String) {
    let mut body = Vec::new();
    let part = |name: &str, more: &str| {
        format!("--xyz\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n").into_bytes()
    };
    body.extend(part("model", ""));
    body.extend(model.as_bytes());
    body.extend(b"\r\n");
    body.extend(part("picture", "; filename=\"<b>.png\"\r\ncontent-type: image/png"));
    body.extend(picture);
    body.extend(b"\r\n--xyz--\r\n");
    let request = browser.request(Method::POST, "/try").header("sec-fetch-site", "same-origin");
    let answer =
        request.header("content-type", "multipart/form-data; boundary=xyz").body(body).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn models_are_listed_with_their_cards() {
    let hub = Hub::new().await;
    let reader = Browser::of(&hub, Who::Reader).await;
    let page = reader.html("/models", 200).await;
    assert!(page.contains(r#"href="/models/lenet5""#) && page.contains("comes with the hub"), "{page}");
    assert!(!page.contains(r#"href="/try""#), "it isn't switched on: {page}");
    let card = reader.html("/models/lenet5", 200).await;
    for said in
        ["LeNet-5", "MNIST test set", "99.3 %", "Apache-2.0 OR MIT", "hub eval NAMESPACE/NAME --model lenet5"]
    {
        assert!(card.contains(said), "{said}: {card}");
    }
    let missing = reader.html("/models/%3Cb%3E", 400).await;
    assert!(!missing.contains("<b>"), "{missing}");
}

#[tokio::test]
async fn a_picture_is_classified_only_where_the_owner_allows_it() {
    let hub = Hub::new().await;
    let reader = Browser::of(&hub, Who::Reader).await;
    let page = reader.html("/try", 200).await;
    assert!(page.contains("hub serve --classify") && !page.contains("<form class=\"form\""), "{page}");
    let (status, page) = submit(&reader, "lenet5", b"x").await;
    assert!(status == 403 && page.contains("can switch it on"), "{status}: {page}");
}

#[tokio::test]
async fn a_form_that_can_t_be_answered_says_why() {
    let hub = Hub::with(crate::Settings { classify: Some(true), ..Default::default() }).await;
    let reader = Browser::of(&hub, Who::Reader).await;
    let page = reader.html("/try?model=lenet5", 200).await;
    assert!(page.contains(r#"<option value="lenet5" selected>lenet5 (10 classes)"#), "{page}");
    for (model, picture, status, why) in [
        ("lenet5", &b""[..], 400, "there is no picture"),
        ("lenet5", b"no image", 422, "no image that can be decoded"),
        ("none", b"x", 404, "none"),
    ] {
        let (found, page) = submit(&reader, model, picture).await;
        assert_eq!(found, status, "{page}");
        assert!(
            page.contains(why) && page.contains("role=\"alert\"") && page.contains("name=\"picture\""),
            "{page}"
        );
    }
    let (found, page) = submit(&Browser::stranger(&hub), "lenet5", b"x").await;
    assert!(found == 401 || found == 403, "{found}: {page}");
    let answer = reader.submit_from_elsewhere("/try", &[("model", "lenet5")]).await;
    assert_eq!(answer.status(), 403);
}

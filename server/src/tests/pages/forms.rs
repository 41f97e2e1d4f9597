//! Forms without script: what they do, and that other sites can't submit them.

use super::super::hub::append;
use super::super::{Hub, Who};
use super::{Browser, location};

#[tokio::test]
async fn one_signs_in_and_comes_back() {
    let hub = Hub::new().await;
    hub.dataset("hidden", "private").await;
    let stranger = Browser::stranger(&hub);
    let page = stranger.html("/login?next=%2Fvision%2Fhidden", 200).await;
    assert!(page.contains(r#"name="next" value="/vision/hidden""#), "{page}");
    let wrong = [("name", "rita"), ("password", "no"), ("next", "/vision/hidden")];
    let answer = stranger.submit("/login", &wrong).await;
    assert_eq!(answer.status(), 401);
    let page = answer.text().await.unwrap();
    assert!(page.contains(r#"role="alert""#) && page.contains(r#"value="rita""#), "{page}");
    let right = [("name", "rita"), ("password", "ritas password"), ("next", "/vision/hidden")];
    let answer = stranger.submit("/login", &right).await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/vision/hidden"));
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let rita = Browser { hub: &hub, cookie: Some(cookie) };
    let page = rita.html("/vision/hidden", 200).await;
    assert!(page.contains(">Sign out</button>") && page.contains("rita"), "{page}");
    // Nobody is sent to another site.
    let elsewhere = [("name", "rita"), ("password", "ritas password"), ("next", "//evil.example")];
    assert_eq!(location(&stranger.submit("/login", &elsewhere).await), "/");
    let answer = rita.submit("/logout", &[]).await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/"));
    rita.html("/vision/hidden", 404).await;
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let hub = Hub::new().await;
    let stranger = Browser::stranger(&hub);
    let right = [("name", "rita"), ("password", "ritas password")];
    let answer = stranger.submit_from_elsewhere("/login", &right).await;
    assert_eq!((answer.status().as_u16(), answer.headers().contains_key("set-cookie")), (403, false));
    let rita = Browser::of(&hub, Who::Reader).await;
    assert_eq!(rita.submit_from_elsewhere("/logout", &[]).await.status(), 403);
    // Still signed in.
    assert!(rita.html("/", 200).await.contains(">Sign out</button>"));
}

#[tokio::test]
async fn owners_change_settings() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[4])]).await;
    append(&dataset, "next", 4, &[("train", &[1])]).await;
    let olga = Browser::of(&hub, Who::Owner).await;
    let at = "/vision/pets/settings";
    let card = "# Pets\r\n\r\nCats & dogs <b>here</b>.\r\n";
    let answer = olga.submit(at, &[("do", "card"), ("card", card)]).await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/vision/pets/settings?done=card"));
    let page = olga.html(location(&answer), 200).await;
    assert!(
        page.contains("The card was saved.") && page.contains("Cats &#38; dogs &#60;b&#62;here"),
        "{page}"
    );
    let stored = hub.json(Who::Owner, "/api/v1/datasets/vision/pets").await;
    assert_eq!(stored["card"], "# Pets\n\nCats & dogs <b>here</b>.\n");
    assert!(olga.html("/vision/pets", 200).await.contains("<h1>Pets</h1>"));
    assert_eq!(olga.submit(at, &[("do", "branch"), ("branch", "next")]).await.status(), 303);
    assert_eq!(olga.submit(at, &[("do", "visibility"), ("visibility", "public")]).await.status(), 303);
    let stored = hub.json(Who::Stranger, "/api/v1/datasets/vision/pets").await;
    assert_eq!(
        (stored["default_branch"].as_str(), stored["visibility"].as_str()),
        (Some("next"), Some("public"))
    );
    // Mistakes are told on the page, and change nothing.
    for (fields, told) in [
        (vec![("do", "branch"), ("branch", "none")], "there is no branch"),
        (vec![("do", "visibility"), ("visibility", "secret")], "expected public or private"),
        (vec![("do", "rename"), ("to", "a/b/c")], "expected name or namespace/name"),
        (vec![("do", "rename"), ("to", "audit/pets")], "namespace"),
        (vec![("do", "delete"), ("name", "vision/dogs")], "nothing was deleted"),
        (vec![("do", "delete"), ("name", "")], "nothing was deleted"),
        (vec![("do", "magic")], "which settings don&#39;t have"),
        (vec![], "no field"),
    ] {
        let answer = olga.submit(at, &fields).await;
        let status = answer.status();
        let page = answer.text().await.unwrap();
        assert!(
            status.is_client_error() && page.contains(r#"role="alert""#) && page.contains(told),
            "{fields:?}: {page}"
        );
    }
    let answer = olga.submit(at, &[("do", "rename"), ("to", "vision/animals")]).await;
    assert_eq!(location(&answer), "/vision/animals/settings?done=rename");
    // Others may not, and not from other sites.
    let at = "/vision/animals/settings";
    let delete = [("do", "delete"), ("name", "vision/animals")];
    let willi = Browser::of(&hub, Who::Writer).await;
    assert_eq!(willi.submit(at, &delete).await.status(), 403);
    assert_eq!(Browser::of(&hub, Who::Outsider).await.submit(at, &delete).await.status(), 403);
    assert_eq!(Browser::stranger(&hub).submit(at, &delete).await.status(), 401);
    assert_eq!(olga.submit_from_elsewhere(at, &delete).await.status(), 403);
    olga.html("/vision/animals", 200).await;
    let answer = olga.submit(at, &delete).await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/vision"));
    olga.html("/vision/animals", 404).await;
}

#[tokio::test]
async fn owners_manage_members() {
    let hub = Hub::new().await;
    let olga = Browser::of(&hub, Who::Owner).await;
    let add = [("do", "set"), ("user", "oscar"), ("role", "writer")];
    for (browser, status) in
        [(Browser::of(&hub, Who::Writer).await, 403), (Browser::of(&hub, Who::Outsider).await, 404)]
    {
        assert_eq!(browser.submit("/vision", &add).await.status(), status);
    }
    assert_eq!(olga.submit_from_elsewhere("/vision", &add).await.status(), 403);
    assert_eq!(olga.submit("/vision", &add).await.status(), 303);
    let members = hub.json(Who::Owner, "/api/v1/namespaces/vision/members").await.to_string();
    assert!(members.contains(r#"{"user":"oscar","role":"writer"}"#), "{members}");
    let oscar = Browser::of(&hub, Who::Outsider).await;
    assert!(oscar.html("/vision", 200).await.contains("You are a writer"));
    let missing = olga.submit("/vision", &[("do", "set"), ("user", "nobody"), ("role", "reader")]).await;
    assert_eq!(missing.status(), 404);
    assert!(missing.text().await.unwrap().contains(r#"role="alert""#));
    assert_eq!(
        olga.submit("/vision", &[("do", "set"), ("user", "oscar"), ("role", "king")]).await.status(),
        422
    );
    // Every member may leave.
    assert_eq!(oscar.submit("/vision", &[("do", "remove"), ("user", "oscar")]).await.status(), 303);
    oscar.html("/vision", 404).await;
}

#[tokio::test]
async fn tokens_are_shown_once() {
    let hub = Hub::new().await;
    let rita = Browser::of(&hub, Who::Reader).await;
    let wanted = [("name", "lap<b>top"), ("scope", "read"), ("namespace", ""), ("days", "30")];
    assert_eq!(rita.submit_from_elsewhere("/me/tokens", &wanted).await.status(), 403);
    let answer = rita.submit("/me/tokens", &wanted).await;
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["cache-control"].to_str().unwrap()),
        (201, "no-store")
    );
    let page = answer.text().await.unwrap();
    let secret = page.split("<pre>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(secret.starts_with("hub_") && page.contains("lap&#60;b&#62;top"), "{page}");
    let me =
        hub.http.get(format!("http://{}/api/v1/me", hub.address)).bearer_auth(&secret).send().await.unwrap();
    assert_eq!(me.status(), 200);
    let page = rita.html("/me/tokens", 200).await;
    assert!(!page.contains(&secret) && page.contains("lap&#60;b&#62;top"), "{page}");
    let bad = rita.submit("/me/tokens", &[("name", "x"), ("scope", "read"), ("days", "soon")]).await;
    assert_eq!(bad.status(), 422);
    assert!(bad.text().await.unwrap().contains("expected 1 to 36,500"));
    // The newest is listed, and revoked.
    let begin = page.find("/me/tokens/").unwrap();
    let revoke = page[begin..].split('"').next().unwrap().to_owned();
    let all = page.matches("/revoke\"").count();
    assert_eq!(rita.submit(&revoke, &[]).await.status(), 303);
    assert_eq!(rita.html("/me/tokens", 200).await.matches("/revoke\"").count(), all - 1);
    assert_eq!(Browser::stranger(&hub).submit("/me/tokens", &wanted).await.status(), 401);
}

#[tokio::test]
async fn the_account_is_changed() {
    let hub = Hub::new().await;
    let rita = Browser::of(&hub, Who::Reader).await;
    let page = rita.html("/me", 200).await;
    assert!(
        page.contains("rita") && page.contains(r#"href="/vision""#) && page.contains("<dt>reader</dt>"),
        "{page}"
    );
    let answer = rita.submit("/me/theme", &[("theme", "dark")]).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("hub_theme=dark; Path=/"), "{cookie}");
    let cookie = format!("{}; hub_theme=dark", rita.cookie.as_deref().unwrap());
    let dark = Browser { hub: &hub, cookie: Some(cookie) };
    assert!(dark.html("/me", 200).await.contains(r#"<html lang="en" data-theme="dark">"#));
    let evil = Browser { hub: &hub, cookie: Some("hub_theme=\"><script>".to_owned()) };
    assert!(evil.html("/", 200).await.contains(r#"<html lang="en">"#));
    assert_eq!(rita.submit_from_elsewhere("/me/theme", &[("theme", "dark")]).await.status(), 403);
    // A box that isn't ticked is not sent.
    let answer = rita.submit("/me/keys", &[]).await;
    assert!(answer.headers()["set-cookie"].to_str().unwrap().starts_with("hub_keys=off; Path=/"));
    let answer = rita.submit("/me/keys", &[("letters", "on")]).await;
    assert!(answer.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    let cookie = format!("{}; hub_keys=off", rita.cookie.as_deref().unwrap());
    let without = Browser { hub: &hub, cookie: Some(cookie) };
    assert!(without.html("/me", 200).await.contains(r#"data-keys="off""#));
    assert!(!rita.html("/me", 200).await.contains("data-keys"));
    assert_eq!(rita.submit_from_elsewhere("/me/keys", &[]).await.status(), 403);
    let old = ("old", "ritas password");
    let differ =
        rita.submit("/me/password", &[old, ("new", "a long new password"), ("again", "another")]).await;
    assert_eq!(differ.status(), 422);
    let wrong = [("old", "no"), ("new", "a long new password"), ("again", "a long new password")];
    assert_eq!(rita.submit("/me/password", &wrong).await.status(), 401);
    let right = [old, ("new", "a long new password"), ("again", "a long new password")];
    assert_eq!(rita.submit_from_elsewhere("/me/password", &right).await.status(), 403);
    let answer = rita.submit("/me/password", &right).await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/login?next=/me"));
    // The session ended.
    assert_eq!(location(&rita.get("/me").await), "/login?next=%2Fme");
}

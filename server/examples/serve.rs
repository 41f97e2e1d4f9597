//! Serves the data sets of a home, as `about.json` beside each describes it, and prints a token of user `ada`,
//! who is a member of namespace `pets`: `serve HOME PORT`. For tests, while the hub's own command has no such way.

use hub_catalog::{NewToken, NewUser, Role, Scope};
use hub_server::{Config, Settings};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [home, port] = arguments.as_slice() else { return Err("expected HOME PORT".into()) };
    let listen = Some(format!("127.0.0.1:{port}").parse()?);
    let settings = Settings { home: Some(home.into()), listen, ..Settings::default() };
    let config = Config::load(settings)?;
    std::fs::create_dir_all(&config.home)?;
    let catalog = hub_catalog::open(&config.database_url).await?;
    let root = hub_server::store::Root::open(&config.store)?;
    let found = catalog.reindex(&root.store("")?).await?;
    eprintln!("{found:?}");
    let ada = catalog.create_user(&NewUser::named("ada")).await?;
    catalog.ensure_namespace("pets").await?;
    catalog.set_member("pets", "ada", Role::Reader).await?;
    let (_, secret) = catalog.create_token(ada.id, &NewToken::new("tests", Scope::Read)).await?;
    println!("{}", secret.reveal());
    catalog.close().await;
    Ok(hub_server::serve(config).await?)
}

//! Facts of a service in files beside its index, and the operations that pages name for polling.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::xtask;
use tablature_spec::errors::{self, Errors};
use tablature_spec::facts::{self, Hosts};
use tempfile::TempDir;

const INDEX: &str = r#"name = "kites"
operations = []
[[endpoint]]
cloud = "huaweicloud"
host = "kites.{region}.example.com"
[[source]]
name = "zh-md"
docs = "corpus"
dir = "kites"
"#;

const FLY: &str = "# 放飞风筝\n\n## 功能介绍\n\n该接口为异步接口。需要通过调用[风筝任务](jobs.md)查询job状态。\n\n## URI\n\nPOST /v1/kites\n\n## 响应参数\n\n|参数|参数类型|描述|\n|--|--|--|\n|job_id|String|任务ID。|\n";
const JOBS: &str = "# 风筝任务\n\n-   [查询风筝任务](show.md)\n";
const SHOW: &str = "# 查询风筝任务\n\n## URI\n\nGET /v1/jobs/\\{job\\_id\\}\n\n## 响应参数\n\n|参数|参数类型|描述|\n|--|--|--|\n|status|String|SUCCESS：成功。FAIL：失败。RUNNING：飞行中。|\n";
const ERRORS: &str = "# 错误码\n\n|状态码|错误码|错误信息|\n|--|--|--|\n|400|Kite.0001|No wind.|\n|404|Kite.0002|No kite.|\n|500|Kite.0001|Storm.|\n|400|没有|What?|\n";
const HOSTS: &str = "# 终端节点\n\n|区域名称|区域|终端节点（Endpoint）|\n|--|--|--|\n|北|north-1|kites.north-1.example.com|\n|北|north-1|ropes.north-1.example.com|\n";

/// A folder with a service, and its pages.
fn kites() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let pages = dir.path().join("corpus/kites");
    fs::create_dir_all(&pages).unwrap();
    fs::create_dir_all(dir.path().join("specs/kites")).unwrap();
    fs::write(dir.path().join("specs/kites/service.toml"), INDEX).unwrap();
    for (name, text) in [("fly", FLY), ("jobs", JOBS), ("show", SHOW), ("errors", ERRORS), ("hosts", HOSTS)] {
        fs::write(pages.join(name).with_extension("md"), text).unwrap();
    }
    dir
}

const WITH_PAGES: &[&str] = &["regen", "--specs", "specs", "--docs", "corpus=corpus"];

#[test]
fn facts_stand_beside_the_index_and_follow_their_pages() {
    let dir = kites();
    let folder = dir.path().join("specs/kites");
    let run = xtask(dir.path(), WITH_PAGES);
    assert_eq!(run.code, 1, "a row of the codes cannot be read\n{}{}", run.out, run.err);
    assert!(run.err.contains("error-code-unused") && run.err.contains("errors.md:8"), "{}", run.err);
    let text = fs::read_to_string(folder.join(errors::FILE)).unwrap();
    let (codes, found) = Errors::read("errors.toml", &text);
    assert_eq!(found, Vec::new());
    let all: Vec<String> =
        codes.codes.iter().map(|code| format!("{} {:?}", code.code, code.status.as_ref().unwrap().agreed())).collect();
    assert_eq!(all, ["Kite.0001 Some([400, 500])", "Kite.0002 Some([404])"]);
    let text = fs::read_to_string(folder.join(facts::HOSTS)).unwrap();
    let (hosts, found) = Hosts::read("endpoints.toml", &text);
    assert_eq!((found.len(), hosts.hosts.len()), (0, 1), "{text}");

    let edited = text.replace("north-1", "north-2");
    fs::write(folder.join(facts::HOSTS), &edited).unwrap();
    for arguments in [&WITH_PAGES[..3], WITH_PAGES] {
        let run = xtask(dir.path(), arguments);
        assert!(run.code == 1 && run.err.contains("spec-edited"), "{}{}", run.out, run.err);
        assert_eq!(fs::read_to_string(folder.join(facts::HOSTS)).unwrap(), edited);
    }
    fs::write(folder.join(facts::HOSTS), &text).unwrap();

    fs::remove_file(dir.path().join("corpus/kites/hosts.md")).unwrap();
    let run = xtask(dir.path(), WITH_PAGES);
    assert!(run.code == 1 && run.err.contains("operations-vanish"), "{}{}", run.out, run.err);
    let run = xtask(dir.path(), &["regen", "--specs", "specs"]);
    assert_eq!(run.code, 0, "without the pages they stay as they are\n{}{}", run.out, run.err);
    assert!(folder.join(facts::HOSTS).exists() && folder.join(errors::FILE).exists());
    let accept = [WITH_PAGES, &["--accept-removals"]].concat();
    xtask(dir.path(), &accept);
    assert!(!folder.join(facts::HOSTS).exists() && folder.join(errors::FILE).exists());
}

#[test]
fn a_link_to_a_chapter_of_one_page_names_the_operation_of_that_page() {
    let dir = kites();
    xtask(dir.path(), WITH_PAGES);
    let folder = dir.path().join("specs/kites");
    let mut specs: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    specs.retain(|text| text.contains("[[poll]]"));
    let show = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| fs::read_to_string(path).unwrap().contains("GET"));
    let show = show.unwrap().file_stem().unwrap().to_string_lossy().into_owned();
    assert_eq!(specs.len(), 1);
    assert!(specs[0].contains(&format!("[[poll]]\noperation = \"{show}\"\nat = [\"zh-md:5\"]\n")), "{}", specs[0]);
    let text = fs::read_to_string(folder.join(format!("{show}.toml"))).unwrap();
    assert!(text.contains("states = [\"SUCCESS\", \"FAIL\", \"RUNNING\"]"), "{text}");
}

/// The hosts that pages list are those that the index gives.
#[test]
fn indices_agree_with_the_hosts_that_pages_list() {
    let specs: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut listed = 0;
    for dir in fs::read_dir(&specs).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(text) = fs::read_to_string(dir.join(facts::HOSTS)) else { continue };
        let (hosts, found) = Hosts::read(&dir.display().to_string(), &text);
        assert_eq!(found, Vec::new());
        let index = fs::read_to_string(dir.join("service.toml")).unwrap();
        let (index, found) = tablature_spec::load::index("service.toml", &index);
        assert_eq!(found, Vec::new());
        for host in hosts.hosts {
            listed += 1;
            let own = index.endpoints.iter().find(|endpoint| endpoint.regions.contains(&host.region));
            let endpoint = own.or_else(|| index.endpoints.iter().find(|endpoint| endpoint.regions.is_empty())).unwrap();
            assert_eq!(endpoint.host.replace("{region}", &host.region), host.host, "{}", index.name);
        }
    }
    assert!(listed > 0);
}

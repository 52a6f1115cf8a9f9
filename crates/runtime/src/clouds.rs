//! The regions that exist, by the domain that their hosts share.

/// A cloud: where its hosts are, and which regions it has.
pub(crate) struct Cloud {
    /// What follows the region in the name of a host.
    domain: &'static str,
    /// The host of the identity service.
    iam: &'static str,
    regions: &'static [&'static str],
}

/// The regions of Huawei Cloud are those to which the vendor's Python SDK (huaweicloudsdkcore 3.1.219) knows an identity service, and
/// those on the page of endpoints of the identity service.
const CLOUDS: &[Cloud] = &[
    Cloud {
        domain: ".myhuaweicloud.com",
        iam: "iam.{region}.myhuaweicloud.com",
        regions: &[
            "cn-north-1",
            "cn-north-2",
            "cn-north-4",
            "cn-north-9",
            "cn-north-12",
            "cn-east-2",
            "cn-east-3",
            "cn-east-4",
            "cn-east-5",
            "cn-south-1",
            "cn-south-2",
            "cn-southwest-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "af-south-1",
            "ae-ad-1",
            "eu-west-0",
            "la-north-2",
            "la-south-2",
            "me-east-1",
            "my-kualalumpur-1",
            "na-mexico-1",
            "ru-moscow-1",
            "sa-brazil-1",
            "tr-west-1",
        ],
    },
    // What its page of endpoints calls the region of everything that has none.
    Cloud { domain: "", iam: "iam.myhuaweicloud.com", regions: &["global"] },
    Cloud { domain: ".myhuaweicloud.eu", iam: "iam.myhuaweicloud.eu", regions: &["eu-west-101"] },
    Cloud { domain: ".otc.t-systems.com", iam: "iam.{region}.otc.t-systems.com", regions: &["eu-de", "eu-nl"] },
];

/// The regions of the cloud to which `template`, a host with `{region}` in it, belongs; none if it is no cloud that we know.
pub(crate) fn regions_of(template: &str) -> Option<&'static [&'static str]> {
    let (_, domain) = template.split_once("{region}")?;
    CLOUDS.iter().find(|cloud| cloud.domain == domain).map(|cloud| cloud.regions)
}

/// The URL of the identity service that serves `region`.
pub(crate) fn iam(region: &str) -> Result<String, String> {
    match CLOUDS.iter().find(|cloud| cloud.regions.contains(&region)) {
        Some(cloud) => Ok(format!("https://{}", cloud.iam.replace("{region}", region))),
        None => {
            let all: Vec<&str> = CLOUDS.iter().flat_map(|cloud| cloud.regions).copied().collect();
            Err(format!("region {region} is not known; known are {}", nearest_first(region, &all)))
        }
    }
}

/// `regions` as a list in which those that look most like `region` come first.
pub(crate) fn nearest_first(region: &str, regions: &[&str]) -> String {
    let mut sorted = regions.to_vec();
    sorted.sort_by_key(|known| std::cmp::Reverse(likeness(region, known)));
    sorted.join(", ")
}

/// How many pairs of neighbouring characters two names share: enough to find a slip of the finger among some thirty names.
fn likeness(a: &str, b: &str) -> usize {
    let pairs = |text: &str| text.as_bytes().windows(2).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let mut of_b = pairs(b);
    let shared = |pair: &Vec<u8>| of_b.iter().position(|known| known == pair).map(|index| of_b.swap_remove(index));
    pairs(a).iter().filter_map(shared).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_services() {
        assert_eq!(iam("eu-de").unwrap(), "https://iam.eu-de.otc.t-systems.com");
        assert_eq!(iam("cn-north-4").unwrap(), "https://iam.cn-north-4.myhuaweicloud.com");
        assert_eq!(iam("global").unwrap(), "https://iam.myhuaweicloud.com");
        assert_eq!(iam("eu-west-101").unwrap(), "https://iam.myhuaweicloud.eu");
        assert!(iam("cn-nroth-4").unwrap_err().starts_with("region cn-nroth-4 is not known; known are cn-north-4, "));
    }

    #[test]
    fn the_cloud_of_a_host() {
        assert!(regions_of("ecs.{region}.myhuaweicloud.com").unwrap().contains(&"cn-north-4"));
        assert_eq!(regions_of("ecs.{region}.otc.t-systems.com"), Some(&["eu-de", "eu-nl"][..]));
        assert_eq!(regions_of("ecs.{region}.example.com"), None);
        assert_eq!(regions_of("iam.myhuaweicloud.com"), None);
    }
}

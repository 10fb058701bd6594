//! The names of keys in AWS.

/// The ARN of a key: `arn:PARTITION:kms:REGION:ACCOUNT:key/ID`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct KeyArn<'a> {
    partition: &'a str,
    region: &'a str,
    account: &'a str,
    id: &'a str,
}

impl<'a> KeyArn<'a> {
    pub(super) fn parse(arn: &'a str) -> Option<Self> {
        let mut parts = arn.split(':');
        let mut next = || parts.next().filter(|part| !part.is_empty());
        let ("arn", partition, "kms") = (next()?, next()?, next()?) else { return None };
        let (region, account, resource) = (next()?, next()?, next()?);
        let id = resource.strip_prefix("key/").filter(|id| !id.is_empty() && !id.contains('/'))?;
        next().is_none().then_some(Self { partition, region, account, id })
    }

    /// Whether one opens what the other wrapped: it is the same key, or both are replicas of one multi-Region key.
    pub(super) fn shares_material(&self, other: &Self) -> bool {
        let region = self.region == other.region || self.id.starts_with("mrk-");
        region && (self.partition, self.account, self.id) == (other.partition, other.account, other.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn(region: &str, account: &str, id: &str) -> String {
        format!("arn:aws:kms:{region}:{account}:key/{id}")
    }

    #[test]
    fn only_keys_have_a_key_arn() {
        assert!(KeyArn::parse("arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd").is_some());
        for other in [
            "",
            "1234abcd",
            "alias/orders",
            "arn:aws:kms:eu-west-1:111122223333:alias/orders",
            "arn:aws:s3:eu-west-1:111122223333:key/1234abcd",
            "arn:aws:kms::111122223333:key/1234abcd",
            "arn:aws:kms:eu-west-1:111122223333:key/",
            "arn:aws:kms:eu-west-1:111122223333:key/a/b",
            "arn:aws:kms:eu-west-1:111122223333:key/a:b",
            "arn:aws:kms:eu-west-1:111122223333",
        ] {
            assert_eq!(KeyArn::parse(other), None, "{other}");
        }
    }

    #[test]
    fn replicas_share_their_material_and_other_keys_do_not() {
        let shares =
            |one: &str, other: &str| KeyArn::parse(one).unwrap().shares_material(&KeyArn::parse(other).unwrap());
        let here = arn("eu-west-1", "1", "mrk-1234");
        assert!(shares(&here, &here));
        assert!(shares(&here, &arn("us-east-1", "1", "mrk-1234")));
        assert!(!shares(&here, &arn("us-east-1", "2", "mrk-1234")));
        assert!(!shares(&here, &arn("us-east-1", "1", "mrk-5678")));
        assert!(!shares(&arn("eu-west-1", "1", "1234"), &arn("us-east-1", "1", "1234")));
        assert!(!shares(&here, &here.replace("arn:aws:", "arn:aws-cn:")));
    }
}

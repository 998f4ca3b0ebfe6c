//! Result codes and the sentences that go with them, in one table.
//!
//! `210` and `400-356` were seen in integrations; the others are this sandbox's own choice, because the vendor's table
//! is not public. Whoever has it corrects the numbers here.

use std::borrow::Cow;

/// A refusal: result code (or `resultCode-statusCode`) and the vendor's sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) says: Cow<'static, str>,
}

const fn refusal(code: &'static str, says: &'static str) -> Refusal {
    Refusal { code, says: Cow::Borrowed(says) }
}

/// A field is missing, malformed, or not allowed here.
pub(super) const BAD_REQUEST: &str = "400";

/// No line, or no card, has that number.
pub(super) const UNKNOWN_ACCOUNT: Refusal = refusal("210", "アカウント不在エラー");
/// The line is not in service.
pub(super) const NOT_IN_SERVICE: Refusal = refusal("211", "サービス中以外のアカウントエラー");
/// Another change of this line is not finished.
pub(super) const LOCKED: Refusal = refusal("212", "処理中エラー");
/// The line has ended; nothing brings it back.
pub(super) const ENDED: Refusal = refusal("213", "解約済みアカウントエラー");
/// The SIM shares its quota with a group.
pub(super) const IN_SHARE_GROUP: Refusal = refusal("214", "シェアグループ所属エラー");
/// There is a line with that number already.
pub(super) const REGISTERED: Refusal = refusal("215", "アカウント登録済みエラー");
/// The card is not in a state that allows this.
pub(super) const CARD_STATE: Refusal = refusal("216", "SIM状態エラー");
/// The contract has no voice calls.
pub(super) const NO_VOICE: Refusal = refusal("217", "音声契約なしエラー");
/// The number's reservation at the other carrier has ended.
pub(super) const PORT_IN_EXPIRED: Refusal = refusal("218", "MNP予約有効期限切れエラー");
/// The master account cannot be cancelled.
pub(super) const IS_MASTER: Refusal = refusal("219", "マスターアカウントは解約できません");
/// What was done by hand at the carrier can only be a new line.
pub(super) const PATTERN: Refusal = refusal("400-356", "対象外パターンエラー");
/// Wrong credentials, or a key that is over.
pub(super) const KEY_REFUSED: Refusal = refusal("401", "認証エラー");
/// Too many different lines were read in a minute.
pub(super) const BULK: Refusal = refusal("429", "一括取得はできません");

/// The field `name` is missing, malformed, or not allowed here.
pub(super) fn bad(name: &str) -> Refusal {
    Refusal { code: BAD_REQUEST, says: Cow::Owned(format!("パラメータ不正エラー ({name})")) }
}

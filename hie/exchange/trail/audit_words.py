"""The catalogue of the audit trail: every action and outcome, in Japanese and English, and its FHIR shape.

An action that is not here is shown by its code and fails a test of the house. A new one takes one line.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Group(StrEnum):
    """What an action is about: the choices of a search."""

    RECORD = "record"
    """A patient's record was looked at, or a person was searched for."""
    EMERGENCY = "emergency"
    CONSENT = "consent"
    LINK = "link"
    LABEL = "label"
    """What is sensitive; no patient learns of it from the trail."""
    DATA = "data"
    """Documents came or were taken back."""
    PEOPLE = "people"
    SIGN_IN = "sign-in"
    AUDIT = "audit"
    FEED = "feed"


class Shape(NamedTuple):
    """The code of an action in FHIR: a DICOM or ISO 21089 code, and create, read, update, delete, execute."""

    code: str
    display: str
    action: str


READ = Shape("rest", "Restful Operation", "R")
WRITE = READ._replace(action="C")
CHANGE = READ._replace(action="U")
REMOVE = READ._replace(action="D")
QUERY = Shape("110112", "Query", "E")
LOGIN = Shape("110122", "Login", "E")
LOGOUT = Shape("110123", "Logout", "E")
EXPORT = Shape("110106", "Export", "R")
USED = Shape("110101", "Audit Log Used", "R")
BROKEN = Shape("110127", "Emergency Override Started", "E")
MENDED = Shape("110138", "Emergency Override Stopped", "E")
SECURITY = Shape("110113", "Security Alert", "E")
ROLES = Shape("110136", "Security Roles Changed", "U")
ACCOUNTS = Shape("110137", "User security Attributes Changed", "U")
NODES = Shape("110134", "Network Configuration", "U")


class ActionWords(NamedTuple):
    """An action in words."""

    ja: str
    en: str
    group: Group
    shape: Shape = CHANGE
    told: bool = True
    """Whether the patient it is about reads of it under "who looked"."""


class OutcomeWords(NamedTuple):
    """An outcome in words."""

    ja: str
    en: str
    code: str
    """FHIR: 0 success, 4 minor failure."""


OUTCOMES: dict[str, OutcomeWords] = {
    "granted": OutcomeWords("許可", "granted", "0"),
    "refused": OutcomeWords("拒否", "refused", "4"),
    "absent": OutcomeWords("該当なし", "nothing there", "4"),
    "done": OutcomeWords("実施", "done", "0"),
    "failed": OutcomeWords("失敗", "failed", "4"),
}

_RECORD: dict[str, ActionWords] = {
    "view": ActionWords("カレンダーを見た", "Looked at the calendar", Group.RECORD, READ),
    "view-results": ActionWords("検査結果を見た", "Looked at results", Group.RECORD, READ),
    "export-results": ActionWords("検査結果を書き出した", "Took results along", Group.RECORD, EXPORT),
    "view-medications": ActionWords("薬の一覧を見た", "Looked at the medication", Group.RECORD, READ),
    "search-text": ActionWords("文書の中を検索した", "Searched the documents", Group.RECORD, QUERY),
    "view-documents": ActionWords("文書の一覧を見た", "Looked at the list of documents", Group.RECORD, READ),
    "view-images": ActionWords("画像の一覧を見た", "Looked at the list of images", Group.RECORD, READ),
    "view-summary": ActionWords("1枚のまとめを見た", "Looked at the one-page summary", Group.RECORD, READ),
    "open": ActionWords("文書を開いた", "Opened a document", Group.RECORD, READ),
    "open-attachment": ActionWords("添付ファイルを開いた", "Opened an attached file", Group.RECORD, READ),
    "open-image": ActionWords("画像を開いた", "Opened an image", Group.RECORD, READ),
    "search": ActionWords("患者を検索した", "Searched for patients", Group.RECORD, QUERY),
    "news": ActionWords("今日の画面を見た", "Looked at the day's news", Group.RECORD, QUERY),
    "marked": ActionWords("新着を既読にした", "Marked news as seen", Group.RECORD, READ),
    "listed": ActionWords("患者一覧に表示された", "Stood in a list of patients", Group.RECORD, QUERY),
    "candidates": ActionWords("同一人物の候補を探した", "Looked for the same person", Group.LINK, QUERY),
    "exact-search": ActionWords(
        "番号と氏名で患者を探した", "Looked a person up by number and name", Group.RECORD, QUERY
    ),
    "uploads-read": ActionWords(
        "自院の記録を追加する画面を見た", "Looked at what the own facility adds", Group.RECORD, READ
    ),
    "upload-kept": ActionWords("自院の記録を預けた", "Handed a file in", Group.RECORD, WRITE),
    "upload-read": ActionWords("預けた記録を確かめた", "Looked at a file handed in", Group.RECORD, READ),
    "upload-filed": ActionWords("自院の記録を追加した", "Filed what was handed in", Group.RECORD, WRITE),
    "upload-discarded": ActionWords(
        "預けた記録を取りやめた", "Took a file handed in away", Group.RECORD, REMOVE
    ),
    "upload-undone": ActionWords(
        "追加した自院の記録を取り消した", "Took back what was filed today", Group.RECORD, REMOVE
    ),
    "pulse": ActionWords("開いている画面の確認", "Checked an open page", Group.RECORD, READ, told=False),
    "could-see": ActionWords("誰が見られるかを調べた", "Asked who could see the record", Group.AUDIT, USED),
    "simulated": ActionWords("見え方を試した", "Tried out what would be seen", Group.AUDIT, USED, told=False),
    "exposure-read": ActionWords(
        "誤った名寄せの影響を調べた", "Read who saw what by a wrong link", Group.LINK, USED
    ),
}
_EMERGENCY: dict[str, ActionWords] = {
    "emergency-open": ActionWords("緊急閲覧を始めた", "Broke the glass", Group.EMERGENCY, BROKEN),
    "emergency-extend": ActionWords(
        "緊急閲覧を延長した", "Extended an emergency access", Group.EMERGENCY, BROKEN
    ),
    "emergency-end": ActionWords("緊急閲覧を終えた", "Ended an emergency access", Group.EMERGENCY, MENDED),
    "emergency-review": ActionWords(
        "緊急閲覧を点検した", "Reviewed an emergency access", Group.EMERGENCY, USED
    ),
    "reviews-read": ActionWords("緊急閲覧の点検を見た", "Read the reviews", Group.EMERGENCY, READ),
    "emergency-duty": ActionWords(
        "緊急閲覧ができる病院を変えた",
        "Changed which hospitals may break the glass",
        Group.EMERGENCY,
        ROLES,
    ),
    "emergency-right-restored": ActionWords(
        "緊急閲覧の権利を戻した", "Gave the emergency right back", Group.EMERGENCY, ROLES
    ),
    "emergency-right-suspended": ActionWords(
        "緊急閲覧の権利を止めた", "Suspended the emergency right", Group.EMERGENCY, ROLES
    ),
}
_CONSENT: dict[str, ActionWords] = {
    "consent-given": ActionWords("同意を登録した", "Recorded a consent", Group.CONSENT, WRITE),
    "consent-withdrawn": ActionWords("同意を撤回した", "Recorded a withdrawal", Group.CONSENT, REMOVE),
    "consent-restricted": ActionWords("閲覧の制限を登録した", "Recorded a restriction", Group.CONSENT),
    "consent-lifted": ActionWords("閲覧の制限を解除した", "Lifted a restriction", Group.CONSENT),
    "consent-care-started": ActionWords("診療の開始を登録した", "Recorded the start of care", Group.CONSENT),
    "consent-care-ended": ActionWords("診療の終了を登録した", "Recorded the end of care", Group.CONSENT),
    "consent-deceased": ActionWords("死亡を登録した", "Recorded a death", Group.CONSENT),
    "consent-read": ActionWords("同意の記録を見た", "Read the consents", Group.CONSENT, READ),
    "registration-written": ActionWords("申請を下書きした", "Wrote a registration", Group.CONSENT, WRITE),
    "registration-proposed": ActionWords("申請を出した", "Proposed a registration", Group.CONSENT, WRITE),
    "registration-read": ActionWords("申請を見た", "Read a registration", Group.CONSENT, READ),
    "registration-verified": ActionWords("申請を確認した", "Verified a registration", Group.CONSENT),
    "registration-rejected": ActionWords("申請を差し戻した", "Sent a registration back", Group.CONSENT),
    "registration-cancelled": ActionWords(
        "申請を取りやめた", "Cancelled a registration", Group.CONSENT, REMOVE
    ),
    "scan-filed": ActionWords("同意書の画像を登録した", "Filed a scan", Group.CONSENT, WRITE),
    "scan-discarded": ActionWords(
        "同意書でない画像を捨てた", "Discarded a page that is no form", Group.CONSENT, WRITE
    ),
    "scan-kept": ActionWords("読み取れない画像を保留した", "Kept a scan aside", Group.CONSENT, WRITE),
    "scan-read": ActionWords("同意書の画像を見た", "Looked at a scan", Group.CONSENT, READ),
    "desk-page": ActionWords("窓口の画面を見た", "Looked at a page of the desk", Group.CONSENT, READ),
    "desk-search": ActionWords("同意の窓口で探した", "Searched at the consent desk", Group.RECORD, QUERY),
}
_LINK: dict[str, ActionWords] = {
    "patient-added": ActionWords("患者を登録した", "Added a person", Group.LINK, WRITE),
    "link": ActionWords("施設の患者番号を結び付けた", "Linked a local number", Group.LINK, WRITE),
    "unlink": ActionWords("患者番号の結び付けを解いた", "Ended a link", Group.LINK, REMOVE),
    "link-proposed": ActionWords("名寄せを申請した", "Proposed a link", Group.LINK, WRITE),
    "link-held": ActionWords("名寄せを保留した", "Held a link", Group.LINK),
    "link-contested": ActionWords("名寄せに疑いを出した", "Contested a link", Group.LINK),
    "link-rejected": ActionWords("名寄せを却下した", "Rejected a link", Group.LINK),
    "link-accepted": ActionWords(
        "病院の記載の変更を受け入れた", "Accepted a change of who a number is", Group.LINK
    ),
    "links-read": ActionWords("名寄せの一覧を見た", "Read the queue of links", Group.LINK, READ),
    "link-read": ActionWords("名寄せの内容を見た", "Read a link", Group.LINK, READ),
    "link-import": ActionWords("名寄せ表を取り込んだ", "Imported a table of links", Group.LINK, WRITE),
    "link-changed": ActionWords(
        "病院から患者基本の変更が届いた", "A hospital changed who a number is", Group.LINK
    ),
}
_LABEL: dict[str, ActionWords] = {
    "label-marked": ActionWords("機微ラベルを付けた", "Marked as sensitive", Group.LABEL, told=False),
    "label-asked": ActionWords(
        "機微ラベルの解除を申請した", "Asked to take a label off", Group.LABEL, told=False
    ),
    "label-unmarked": ActionWords("機微ラベルを外した", "Took a label off", Group.LABEL, told=False),
    "label-kept": ActionWords("機微ラベルを残した", "Kept a label", Group.LABEL, told=False),
}
_DATA: dict[str, ActionWords] = {
    "publish": ActionWords("文書が届いた", "Documents came", Group.DATA, WRITE, told=False),
    "withdrawal": ActionWords(
        "文書が取り下げられた", "Documents were taken back", Group.DATA, REMOVE, told=False
    ),
}
_PEOPLE: dict[str, ActionWords] = {
    "account-added": ActionWords("利用者を登録した", "Added a person who signs in", Group.PEOPLE, ACCOUNTS),
    "account-attested": ActionWords(
        "在籍を確認した", "Attested that a person is here", Group.PEOPLE, ACCOUNTS
    ),
    "account-resumed": ActionWords("利用を再開した", "Let a person in again", Group.PEOPLE, ACCOUNTS),
    "account-stopped": ActionWords("利用を終了した", "Stopped a person", Group.PEOPLE, ACCOUNTS),
    "account-suspended": ActionWords("利用を一時停止した", "Suspended a person", Group.PEOPLE, ACCOUNTS),
    "post-proposed": ActionWords("役割を申請した", "Proposed a post", Group.PEOPLE, ROLES),
    "post-ended": ActionWords("役割を終了した", "Ended a post", Group.PEOPLE, ROLES),
    "invited": ActionWords("利用者を招待した", "Invited a person", Group.PEOPLE, ACCOUNTS),
    "invitation-approved": ActionWords("招待を承認した", "Approved an invitation", Group.PEOPLE, ACCOUNTS),
    "invitation-refused": ActionWords("招待を却下した", "Refused an invitation", Group.PEOPLE, ACCOUNTS),
    "invitation-accepted": ActionWords("招待を受けた", "Accepted an invitation", Group.PEOPLE, ACCOUNTS),
    "invitation-withdrawn": ActionWords("招待を取り消した", "Withdrew an invitation", Group.PEOPLE, ACCOUNTS),
    "facility-added": ActionWords("施設を登録した", "Added a facility", Group.PEOPLE, NODES),
    "facility-changed": ActionWords("施設の内容を変更した", "Changed a facility", Group.PEOPLE, NODES),
    "facility-joined": ActionWords("施設が参加した", "A facility joined", Group.PEOPLE, NODES),
    "facility-left": ActionWords("施設が脱退した", "A facility left", Group.PEOPLE, NODES),
    "facility-noticed": ActionWords("参加施設を公表した", "Announced a facility", Group.PEOPLE, NODES),
    "facility-suspended": ActionWords("施設を休止した", "Suspended a facility", Group.PEOPLE, NODES),
    "facility-resumed": ActionWords("施設を再開した", "Resumed a facility", Group.PEOPLE, NODES),
}
_SIGN_IN: dict[str, ActionWords] = {
    "sign-in": ActionWords("サインインした", "Signed in", Group.SIGN_IN, LOGIN),
    "sign-in-failed": ActionWords("サインインに失敗した", "Failed to sign in", Group.SIGN_IN, LOGIN),
    "sign-out": ActionWords("サインアウトした", "Signed out", Group.SIGN_IN, LOGOUT),
    "confirm": ActionWords("本人確認をやり直した", "Confirmed who they are", Group.SIGN_IN, LOGIN),
    "acting-switched": ActionWords("立場を切り替えた", "Changed the post they act in", Group.SIGN_IN, ROLES),
    "password-changed": ActionWords("パスワードを変えた", "Changed a password", Group.SIGN_IN, ACCOUNTS),
    "code-shown": ActionWords("事務局のコードを使った", "Used the secretariat's code", Group.SIGN_IN, LOGIN),
    "password-shown": ActionWords("パスワードを確かめた", "Showed a password", Group.SIGN_IN, LOGIN),
    "second-factor-added": ActionWords(
        "二段階目を登録した", "Added a second factor", Group.SIGN_IN, ACCOUNTS
    ),
    "second-factor-removed": ActionWords(
        "二段階目を削除した", "Removed a second factor", Group.SIGN_IN, ACCOUNTS
    ),
    "second-factor-reset": ActionWords(
        "二段階目を初期化した", "Reset a second factor", Group.SIGN_IN, ACCOUNTS
    ),
    "recovery-codes-made": ActionWords("予備コードを作った", "Made recovery codes", Group.SIGN_IN, ACCOUNTS),
    "device-stopped": ActionWords("端末を停止した", "Stopped a device", Group.SIGN_IN, SECURITY),
    "device-resumed": ActionWords("端末を再開した", "Resumed a device", Group.SIGN_IN, SECURITY),
    "device-shared": ActionWords("端末を共用にした", "Made a device shared", Group.SIGN_IN, ACCOUNTS),
    "device-private": ActionWords("端末を専用にした", "Made a device private", Group.SIGN_IN, ACCOUNTS),
    "sessions-stopped": ActionWords(
        "すべての端末でサインアウトさせた", "Signed a person out everywhere", Group.SIGN_IN, SECURITY
    ),
    "switch-joined": ActionWords("切り替え一覧に加わった", "Joined a quick switch", Group.SIGN_IN, ACCOUNTS),
    "switch-left": ActionWords("切り替え一覧から外れた", "Left a quick switch", Group.SIGN_IN, ACCOUNTS),
    "device-left": ActionWords("共用端末から退席した", "Left a shared device", Group.SIGN_IN, LOGOUT),
}
_AUDIT: dict[str, ActionWords] = {
    "audit-read": ActionWords("閲覧履歴を調べた", "Searched the audit trail", Group.AUDIT, USED),
    "audit-export": ActionWords("閲覧履歴を書き出した", "Exported the audit trail", Group.AUDIT, EXPORT),
    "accesses-read": ActionWords(
        "自分の閲覧履歴を見た", "Read who had looked at the record", Group.AUDIT, USED
    ),
    "complaint-filed": ActionWords("閲覧に疑問を申し出た", "Questioned an access", Group.AUDIT, SECURITY),
    "complaint-answered": ActionWords("申し出に回答した", "Answered a question", Group.AUDIT, CHANGE),
}
_FEED: dict[str, ActionWords] = {
    "feed-replay": ActionWords("隔離文書の再読込を頼んだ", "Asked to read again", Group.FEED),
    "backup-made": ActionWords("写しを取った", "Took a copy of the region", Group.DATA, EXPORT, told=False),
    "region-closed": ActionWords(
        "復元のため全施設を休止した", "Closed the region for a restore", Group.PEOPLE, NODES
    ),
    "region-replayed": ActionWords(
        "復元後の撤回などを反映した", "Closed again what was closed since the copy", Group.PEOPLE, NODES
    ),
    "region-reopened": ActionWords(
        "復元後に再開した", "Opened the region after a restore", Group.PEOPLE, NODES
    ),
    "edge-offered": ActionWords("エッジの登録票を出した", "Offered an enrolment", Group.FEED, NODES),
    "edge-enrolled": ActionWords("エッジが登録された", "An edge enrolled", Group.FEED, NODES),
    "edge-renewed": ActionWords("エッジの証明書を更新した", "Renewed a certificate", Group.FEED, NODES),
    "edge-revoked": ActionWords("エッジの接続を取り消した", "Revoked an edge", Group.FEED, SECURITY),
    "edge-twice": ActionWords("エッジの複製を検知した", "Heard two copies of an edge", Group.FEED, SECURITY),
    "edge-cleared": ActionWords("エッジの接続を戻した", "Heard an edge again", Group.FEED, NODES),
    "edge-task": ActionWords("エッジが依頼を終えた", "An edge finished a task", Group.FEED),
    "hub-restored": ActionWords("ハブを復元した", "Restored the hub", Group.FEED, SECURITY),
}
ACTIONS: dict[str, ActionWords] = (
    _RECORD | _EMERGENCY | _CONSENT | _LINK | _LABEL | _DATA | _PEOPLE | _SIGN_IN | _AUDIT | _FEED
)
"""By the code that stands in the trail."""
_NO_LOOK = frozenset({Group.DATA, Group.PEOPLE, Group.SIGN_IN, Group.FEED})
LOOKING = frozenset(code for code, words in ACTIONS.items() if words.group not in _NO_LOOK) - {"pulse"}
"""What can be the record of an answer that showed somebody; to have signed in is none."""
SHOWN = frozenset({"granted", "done"})
"""Outcomes of a look that showed something."""


def actions_of(group: Group) -> tuple[str, ...]:
    """Return the codes of a group."""
    return tuple(code for code, words in ACTIONS.items() if words.group is group)

"""Signing in, second factors and devices in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "sign_in.by_passkey": "パスキーでサインイン",
    "sign_in.passkey_failed": "パスキーを確認できませんでした。もう一度お試しになるか、利用者IDとパスワードをお使いください。",
    "sign_in.stopped": "この端末は利用が停止されています。事務局へお電話ください。",
    "sign_in.go_on": "続ける",
    "second.title": "もう一つの確認",
    "second.lead": "{name} さん、認証アプリに表示されている6けたの数字を入力してください。",
    "second.code": "確認コード",
    "second.submit": "確認する",
    "second.failed": "確認コードが違います。アプリの新しい数字を入力してください。",
    "second.note": "アプリが手元にないときは、控えの回復コードか、事務局が発行したコードを入力できます。",
}

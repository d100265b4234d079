"""What an open page says of itself, in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "pulse.changed": (
        "この画面の記録は、いまは表示できません。同意や連携の内容が変わったためです。"
        "患者さんの一覧から開き直してください。"
    ),
    "pulse.left": "サインインが終わったため、表示を消しました。もう一度サインインすると続けられます。",
    "pulse.away": "1分以上つながらないため、表示を消しました。通信を確かめて、もう一度開いてください。",
    "pulse.again": "もう一度開く",
    "pulse.list": "患者さんの一覧へ",
    "pulse.sign_in": "サインインする",
    "pulse.arrived": "新しい記録が届きました",
    "pulse.show": "表示",
}

"""Signing in, second factors and devices in Japanese."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "menu.security": "サインインの設定",
    "menu.switch": "利用者を切り替える",
    "sign_in.title": "サインイン",
    "sign_in.lead": "地域の診療情報を、患者さんの同意のもとで閲覧します。",
    "sign_in.login": "利用者ID",
    "sign_in.password": "パスワード",
    "sign_in.submit": "サインイン",
    "sign_in.failed": "利用者IDまたはパスワードが違います。",
    "sign_in.wait": "続けて失敗したため、しばらく待ってからもう一度お試しください（約5分）。",
    "sign_in.note": "閲覧はすべて記録されます。席を離れるときはサインアウトしてください。",
    "sign_in.by_passkey": "パスキーでサインイン",
    "sign_in.passkey_failed": (
        "パスキーを確認できませんでした。もう一度お試しになるか、別の方法をお使いください。"
    ),
    "sign_in.stopped": "この端末は利用が停止されています。事務局へお電話ください。",
    "sign_in.go_on": "続ける",
    "second.title": "もう一つの確認",
    "second.lead": "{name} さん、認証アプリに表示されている6けたの数字を入力してください。",
    "second.code": "確認コード",
    "second.submit": "確認する",
    "second.failed": "確認コードが違います。アプリの新しい数字を入力してください。",
    "second.note": "アプリが手元にないときは、控えの回復コードか、事務局が発行したコードを入力できます。",
    "second.new.title": "もう一つの確認方法を登録",
    "second.new.lead": (
        "{name} さん、患者さんの情報を守るため、"
        "パスワードのほかにもう一つ確認方法を登録してください。最初の一度だけです。"
    ),
    "second.new.passkey": "パスキー（おすすめ）",
    "second.new.passkey.lead": ("この端末の指紋・顔・PINで確認します。次からはパスワードも要りません。"),
    "second.new.passkey.make": "この端末で登録する",
    "second.new.app": "認証アプリ",
    "second.new.app.lead": (
        "スマートフォンの認証アプリでQRコードを読み取り、表示された6けたの数字を入力してください。"
    ),
    "second.app.picture": "認証アプリで読み取るQRコード",
    "second.app.by_hand": "読み取れないときはこの文字を入力:",
    "second.app.failed": "数字が違います。アプリに今表示されている数字を入力してください。",
    "codes.title": "回復コード",
    "codes.lead": (
        "端末をなくしたときに、確認コードの代わりに一度ずつ使えます。今だけ表示します。"
        "紙に書くか印刷して、施錠できる所に保管してください。"
    ),
    "codes.kept": "回復コードは前に発行したものがそのまま使えます。",
    "codes.written_down": "控えました",
    "confirm.title": "ご本人の確認",
    "confirm.lead": "大事な操作の前に、もう一度確認します。このあと元の画面に戻ります。",
    "confirm.by_passkey": "パスキーで確認",
    "confirm.failed": "確認できませんでした。もう一度お試しください。",
    "confirm.unfinished": (
        "本人確認ができました。操作はまだ行われていません。もう一度入力して実行してください。"
    ),
    "acting.title": "利用する施設を選ぶ",
    "acting.lead": "どちらの施設の業務として利用しますか。",
    "switch.title": "利用者の切り替え",
    "switch.lead": "お名前を選んでください。前の利用者の画面は閉じます。",
    "switch.passkey": "パスキー",
    "switch.others": "ほかの方を選ぶ",
    "switch.somebody_else": "一覧にない方のサインイン",
    "switch.failed": "パスワードが違います。",
    "lock.title": "画面を閉じました",
    "lock.text": "しばらく操作がなかったため、内容を消しました。",
    "lock.again": "もう一度サインイン",
    "security.title": "サインインの設定",
    "security.back": "設定に戻る",
    "security.done.device": "端末の設定を変えました。",
    "security.done.factor": "確認方法を変えました。",
    "security.done.password": "パスワードを変えました。",
    "security.last": "最後に使った日時",
    "security.last_factor": "最後の確認方法は削除できません。先に別の方法を登録してください。",
    "security.devices": "サインインした端末",
    "security.device": "端末",
    "security.this": "（この端末）",
    "security.shared": "共用",
    "security.stopped": "停止中",
    "security.stop": "停止する",
    "security.is_shared": "この端末は共用です（5分で画面を閉じます）",
    "security.remember": "この端末の切り替え一覧に私の名前を出す",
    "security.save": "保存する",
    "security.passkeys": "パスキー",
    "security.no_passkeys": "まだ登録されていません。",
    "security.add_passkey": "パスキーを追加する",
    "security.name": "名前",
    "security.remove": "削除する",
    "security.app_since": "{at} から使っています。",
    "security.add_app": "認証アプリを登録する",
    "security.codes_left": "残り {n} 個",
    "security.new_codes": "新しく発行する（前のものは使えなくなります）",
    "security.password": "パスワード",
    "security.new_password": "新しいパスワード",
    "security.change_password": "パスワードを変える",
    "devices.title": "端末とサインイン",
    "devices.open": "端末をなくしたとき",
    "devices.all": "すべての端末",
    "devices.sessions": "現在サインイン中: {n}",
    "devices.stop_all": "すべての端末でサインアウトさせる",
    "devices.others": "ほかの方も使用",
    "devices.resume": "再開する",
    "devices.none": "サインインした端末はありません。",
    "devices.done.stop": "端末を停止しました。次の操作から使えません。",
    "devices.done.resume": "端末を再開しました。",
    "devices.done.all": "すべての端末でサインアウトさせました。",
    "devices.code": "確認方法をすべてなくしたとき",
    "devices.code.means": (
        "ご本人を対面か登録済みの電話番号で確かめてから発行してください。一度だけ、"
        "24時間使えます。使うと前の確認方法は消え、新しく登録します。"
    ),
    "devices.code.give": "一度だけのコードを発行する",
    "devices.code.given": "このコードをご本人だけに伝えてください（今だけ表示）:",
    "password.rule": (
        "15文字以上。記号や数字を混ぜる決まりはありません。"
        "関係のない言葉をいくつか並べた文が覚えやすく安全です。変えると、"
        "すべての端末でサインインし直しになります。"
    ),
    "password.short": "パスワードは15文字以上にしてください。",
    "password.long": "パスワードが長すぎます（200文字まで）。",
    "password.listed": (
        "このパスワードは推測されやすいため使えません。関係のない言葉をいくつか並べてください。"
    ),
    "password.own": "お名前や利用者ID、施設名でできたパスワードは使えません。",
}

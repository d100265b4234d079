"""Texts that act where somebody forgets to escape them; each tries to call `fired`."""

from __future__ import annotations

_CALLS = ("fired(1)", "fired`1`", "top.fired(1)", "self['fired'](1)", "eval('fired(1)')")
_TAGS = (
    "<script>{}</script>",
    "<ScRiPt >{}</sCrIpT>",
    "<script src=data:text/javascript,{}></script>",
    "</script><script>{}</script>",
    "</title><script>{}</script>",
    "</textarea><script>{}</script>",
    "</style><script>{}</script>",
    "</template><script>{}</script>",
    "</svg><script>{}</script>",
    "--><script>{}</script>",
    "]]><script>{}</script>",
    "<img src=x onerror={}>",
    "<img src=x onerror='{}'>",
    '<img src=x onerror="{}">',
    "<img/src=x/onerror={}>",
    "<svg onload={}>",
    "<svg/onload={}>",
    "<svg><script>{}</script></svg>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<math><mtext><script>{}</script></mtext></math>",
    "<body onload={}>",
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    "<iframe src=javascript:parent.{}></iframe>",
    "<object data=javascript:{}></object>",
    "<embed src=javascript:{}>",
    "<details open ontoggle={}>",
    "<video><source onerror={}></video>",
    "<audio src=x onerror={}>",
    "<input autofocus onfocus={}>",
    "<select autofocus onfocus={}>",
    "<marquee onstart={}>",
    "<a href=javascript:{} autofocus>x</a>",
    "<form action=javascript:{}><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>",
    "<link rel=stylesheet href=data:text/css,x onerror={} onload={}>",
    "<style onload={}></style>",
    "<style>@import 'javascript:{}';</style>",
    "<template><script>{}</script></template>",
    "<xss id=x tabindex=1 onfocus={} autofocus></xss>",
    "<table background=javascript:{}>",
    "<div style='background:url(javascript:{})'>",
    "<div hx-on:load='{}' hx-trigger=load hx-get=/sign-in></div>",
    "<div hx-get='javascript:{}' hx-trigger=load></div>",
    "<base href=javascript:{}//>",
)
_BREAKING_OUT = (
    '" onmouseover={} autofocus onfocus={} x="',
    "' onmouseover={} autofocus onfocus={} x='",
    '"><script>{}</script>',
    "'><script>{}</script>",
    '"><img src=x onerror={}>',
    "`-{}-`",
    "';{}//",
    '";{}//',
    "\\';{}//",
    "</option></select><img src=x onerror={}>",
    "javascript:{}",
    " javascript:{}",
    "java\tscript:{}",
    "data:text/html,<script>{}</script>",
    "{{{{ ''.__class__ }}}}{}",
    "{{% if 1 %}}{}{{% endif %}}",
    "${{ {} }}",
    "#{{ {} }}",
)
_ENCODED = (
    "&lt;script&gt;{}&lt;/script&gt;",
    "&#60;script&#62;{}&#60;/script&#62;",
    "%3Cscript%3E{}%3C/script%3E",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e",
    "＜script＞{}＜/script＞",
    "<scr<script>ipt>{}</scr</script>ipt>",
    "<<script>{}//<</script>",
    "<script\x0b>{}</script>",
    "<img src=x onerror&#61;{}>",
    "<svg><desc><![CDATA[</desc><script>{}</script>]]></svg>",
    "<noscript><p title='</noscript><img src=x onerror={}>'>",
    "<!--><img src=x onerror={}>-->",
    "<?xml version='1.0'?><script xmlns='http://www.w3.org/1999/xhtml'>{}</script>",
)


def _filled(pattern: str, call: str) -> str:
    kept = pattern.replace("{{", "\x01").replace("}}", "\x02")
    return kept.replace("{}", call).replace("\x01", "{").replace("\x02", "}")


PAYLOADS: tuple[str, ...] = (
    *(_filled(pattern, _CALLS[0]) for pattern in (*_TAGS, *_BREAKING_OUT, *_ENCODED)),
    *(_filled(pattern, call) for pattern in _TAGS[11:18] for call in _CALLS[1:]),
)

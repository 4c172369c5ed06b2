"""Error handlers: a refusal becomes JSON for API clients, and a page with the next step for browsers."""

from __future__ import annotations

import logging

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from examops.core.errors import Busy, DomainError, Invalid
from examops.core.language import N_, _, cited
from examops.core.transaction import RETRIED, sqlstate
from examops.web.cookies import are_dropped

log = logging.getLogger(__name__)
MAX_DRAINED_BYTES = 128 << 20  # bytes; a longer body ends in a connection error
WORDS = {
    400: (N_("这个请求看不懂"), N_("返回上一页，刷新后再试一次")),
    401: (N_("请先登录"), N_("登录后会回到刚才的页面")),
    403: (N_("您的角色不能看这一页"), N_("需要的话，请本单位的管理员给您加上这个角色")),
    404: (N_("没有这个页面"), N_("检查网址，或从下面重新进入")),
    405: (N_("这个网址不接受这种操作"), N_("请返回上一页，用页面上的按钮操作")),
    413: (
        N_("上传的文件太大，没有收下"),
        N_("返回上一页。照片分成几个压缩包，每个 60 MB 以内，一个一个传；名单拆成几份再导入"),
    ),
    409: (N_("刚才有人改过这里"), N_("刷新页面，看清现在的情况再操作；您填的内容没有保存")),
    422: (N_("有内容填得不对"), N_("返回上一页，改好标红的地方再提交")),
    429: (N_("操作太频繁"), N_("等一分钟再试；没有任何内容丢失")),
    500: (N_("系统出错了"), N_("已经记录下来。请稍后再试，仍不行请联系系统运维")),
    415: (N_("这里不收这种内容"), N_("接口收 JSON：Content-Type 写 application/json")),
    503: (N_("系统正忙"), N_("请几秒后再试一次；已经提交的内容不会丢")),
}
OF_THE_API = N_("接口的地址和方法见 /api/v1/openapi.json")
WITHOUT_TOKEN = N_("没有登录，或没有带页面的令牌"), N_("先登录，再把页面里 csrf-token 的值放进 X-CSRFToken")
OTHER = N_("这个请求办不了"), N_("返回上一页，刷新后再试一次")


class StalePage(Invalid):
    code, message = "page_stale", N_("页面停留太久，已经失效")
    advice = N_("用浏览器的“返回”回到刚才那一页再提交，填的还在；还是这样的，记下填的内容，刷新后再填")


class CookiesDropped(Invalid):
    code, message = "cookies_dropped", N_("浏览器没有保存登录信息：这个网址不是 https，系统也没有写明自己的网址")
    advice = N_("请用 https 的网址打开；确实只用 http 的，请系统运维把 EXAMOPS_PUBLIC_URL 设成这个网址")


def wants_json() -> bool:
    """Whether the answer is read by a program: an API, a script of a page, or a route that says so."""
    if request.path.startswith("/api/") or request.is_json:
        return True
    view = current_app.view_functions.get(request.endpoint or "")
    if hasattr(view, "json_call"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def answer(error: DomainError) -> ResponseReturnValue:
    if wants_json():
        return jsonify(error.to_json()), error.status
    return render_template(
        "error.html", status=error.status, title=error.words, advice=error.next_step, clause=cited(error.clause)
    ), error.status


def _take_the_rest() -> None:
    """Read the rest of the request body: browsers show a connection error when an answer comes before its end."""
    source, left = request.environ["wsgi.input"], min(request.content_length or 0, MAX_DRAINED_BYTES)
    while left > 0 and (taken := source.read(min(left, 1 << 20))):
        left -= len(taken)


def install_error_pages(app: Flask) -> None:
    @app.errorhandler(DomainError)
    def refused(error: DomainError) -> ResponseReturnValue:
        return answer(error)

    @app.errorhandler(CSRFError)
    def stale(error: CSRFError) -> ResponseReturnValue:
        if are_dropped():
            return answer(CookiesDropped())
        if request.path.startswith("/api/"):
            words, advice = WITHOUT_TOKEN
            return answer(StalePage(words, advice=advice, reason=str(error.description)))
        return answer(StalePage(reason=str(error.description)))

    @app.errorhandler(PoolTimeout)
    @app.errorhandler(OperationalError)
    def database_away(error: Exception) -> ResponseReturnValue:
        state = sqlstate(error)
        log.warning("database: %s %s", type(error).__name__, state)
        words = _("有人正在操作同一批数据") if state in RETRIED else _("数据库暂时连不上")
        return answer(Busy(words, advice=_("请几秒后再试一次")))

    @app.errorhandler(HTTPException)
    def plain(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status == 413:
            _take_the_rest()
        title, advice = (_(words) for words in WORDS.get(status, OTHER))
        if wants_json():
            advice = _(OF_THE_API) if request.path.startswith("/api/") and status in (404, 405) else advice
            return jsonify({"code": f"http.{status}", "message": title, "advice": advice}), status
        return render_template("error.html", status=status, title=title, advice=advice, clause=""), status

"""Events that the log keeps of people, their passwords and their devices: ``subject:action``. Add freely;
never rename, never reuse.
"""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    SIGNED_IN = "account:signed_in"
    SIGN_IN_REFUSED = "account:sign_in_refused"
    SIGNED_OUT = "account:signed_out"
    SIGNED_OUT_EVERYWHERE = "account:signed_out_everywhere"
    SCOPE_CHOSEN = "account:scope_chosen"
    PASSWORD_CHANGED = "account:password_changed"  # noqa: S105 - a name of an event
    PASSWORD_REFUSED = "account:password_refused"  # noqa: S105 - a name of an event
    PASSWORD_HANDED_OUT = "account:password_handed_out"  # noqa: S105 - a name of an event
    LINK_MADE = "account:link_made"
    ACCOUNT_INVITED = "account:invited"
    ACCOUNT_TAKEN_BACK = "account:taken_back"
    ACCOUNT_RESTORED = "account:restored"
    ACCOUNT_MOVED = "account:moved"
    NOTICE_ACCEPTED = "account:notice_accepted"
    DEVICE_PAIRED = "device:paired"
    DEVICE_REVOKED = "device:revoked"


TAG_LABELS: dict[str, str] = {
    Tag.SIGNED_IN: N_("登录"),
    Tag.SIGN_IN_REFUSED: N_("登录被拒"),
    Tag.SIGNED_OUT: N_("退出"),
    Tag.SIGNED_OUT_EVERYWHERE: N_("全部设备退出"),
    Tag.SCOPE_CHOSEN: N_("切换范围"),
    Tag.PASSWORD_CHANGED: N_("修改密码"),
    Tag.PASSWORD_REFUSED: N_("修改密码被拒"),
    Tag.PASSWORD_HANDED_OUT: N_("代设密码"),
    Tag.LINK_MADE: N_("发重设密码的链接"),
    Tag.ACCOUNT_INVITED: N_("邀请考务"),
    Tag.ACCOUNT_TAKEN_BACK: N_("收回账号"),
    Tag.ACCOUNT_RESTORED: N_("恢复账号"),
    Tag.ACCOUNT_MOVED: N_("账号换机构"),
    Tag.NOTICE_ACCEPTED: N_("同意隐私告知"),
    Tag.DEVICE_PAIRED: N_("设备配对"),
    Tag.DEVICE_REVOKED: N_("设备停用"),
}

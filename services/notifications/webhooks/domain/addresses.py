"""Which addresses a webhook may be sent to: a subscriber must not make us knock inside.

Names are checked when they are resolved, at every connection: what a name meant when the
subscription was made proves nothing later.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from shared.errors import Fault, Invalid, Text

Network = IPv4Network | IPv6Network
LONGEST_URL = 2000
# IPv6 forms that carry an IPv4 address, by which a private one could be reached.
_NAT64 = ip_network("64:ff9b::/96")


class AddressRefused(Invalid):
    """The URL of a webhook is not one we send to."""

    slug = "webhook-address-refused"
    title = Text("不能向此地址发送", "This address is not allowed")


@dataclass(frozen=True)
class AddressRules:
    """What the operator allows: `networks` besides the public internet, and `http://` at all.

    A county's platforms often stand in the government network: name its ranges here.
    """

    networks: tuple[Network, ...] = ()
    plain_http: bool = False

    def allows(self, address: str) -> bool:
        """Whether a resolved address may be connected to."""
        found = _unwrapped(ip_address(address.partition("%")[0]))
        if any(found in network for network in self.networks):
            return True
        return found.is_global and not found.is_multicast and not found.is_reserved

    def check(self, url: str) -> None:
        """Raise AddressRefused unless the URL may be subscribed with; resolves no names."""
        reason = self._reason(url)
        if reason is not None:
            raise AddressRefused(
                f"不能向此地址发送：{reason.zh}。请更换地址后重新提交。",
                f"This address is not allowed: {reason.en}.",
                faults=(Fault("/body/url", reason),),
            )

    def _reason(self, url: str) -> Text | None:
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            return Text("地址格式不对", "the URL is malformed")
        if not url.isascii() or not url.isprintable() or " " in url or not host:
            return Text("地址格式不对，中文域名请写成 xn-- 形式", "the URL is malformed")
        if parts.scheme != "https" and not (self.plain_http and parts.scheme == "http"):
            return Text("应以 https:// 开头", "it must begin with https://")
        if parts.username is not None or parts.password is not None or parts.fragment:
            return Text("不能带用户名、密码或 # 片段", "no user, password or fragment may be in it")
        return self._literal(host)

    def _literal(self, host: str) -> Text | None:
        """A host given as an address is checked at once."""
        try:
            allowed = self.allows(host)
        except ValueError:  # a name
            return None
        return None if allowed else Text("内网地址未被允许", "private addresses are not allowed")


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address

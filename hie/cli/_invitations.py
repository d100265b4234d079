"""What the demo tells of people: one who accepted and waits for approval, one who has a letter still."""

from __future__ import annotations

from hie.exchange.roster.inviting import Chosen, Draft, accept, invite
from hie.exchange.signing.proofs import Reception
from hie.exchange.signing.sessions import requester_of
from hie.record.requester import Role
from hie.sample.region import SampleRegion

INVITED = ("島田 恵", Role.NURSE, "第1234567号")
LETTER = ("辻村 圭", Role.PHARMACIST, "第7654321号")
CHOSEN = Chosen("1234567", "shimada", "kasumi no mukou ni yama", agreed=True)


def tell_invitations(reception: Reception, region: SampleRegion) -> None:
    """Let the first hospital's liaison invite two: a nurse accepts and nobody has approved yet."""
    login = next((one.login for one in region.members if one.role is Role.LIAISON), "")
    with reception.store.look() as work:
        account = work.accounts.find(login)
    if account is None:
        return
    by = requester_of(account)
    letter, _ = (
        invite(reception.store, reception.clock, by, Draft(name, account.facility, role, number))
        for name, role, number in (INVITED, LETTER)
    )
    accept(reception, letter.code, "", CHOSEN)

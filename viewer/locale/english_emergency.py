"""Emergencies, their reviews, notices and starting care, in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "menu.reviews": "Emergencies",
    "menu.notices": "Notices",
    "menu.unread": "{n} unread",
    "emergency.open_button": "Emergency access",
    "emergency.banner": "Emergency access",
    "emergency.until": "until {time}",
    "emergency.banner.told": (
        "The hospitals whose records these are, the secretariat and the patient have been told."
    ),
    "emergency.to_patient": "Open the record",
    "emergency.end": "End",
    "emergency.extend": "Extend to four hours",
    "emergency.title": "Emergency access",
    "emergency.lead": "Only where life or health is at stake, time is short and the person cannot be asked.",
    "emergency.what": (
        "The hospitals whose records these are, the secretariat and the patient are told at once. "
        "Somebody else reviews it within three working days."
    ),
    "emergency.who": "The one patient",
    "emergency.own_number": "Our own patient number",
    "emergency.or": "Without a number fill in all three exactly.",
    "emergency.kana": "Name in kana",
    "emergency.birth": "Date of birth",
    "emergency.birth.example": "e.g. 1970-01-15, S45.1.15",
    "emergency.sex": "Sex",
    "emergency.why": "Reason",
    "emergency.text": "The reason in words (at most 200 characters; kept)",
    "emergency.hours": "For",
    "emergency.hours.n": "{n} h",
    "emergency.next": "Continue",
    "emergency.confirm": "Begin emergency access with this?",
    "emergency.confirm.yes": "Begin emergency access",
    "emergency.confirm.back": "Back",
    "emergency.by.number": "our patient number {number}",
    "emergency.by.name": "{kana}, {birth}, {sex}",
    "emergency.reason.unconscious": "unconscious",
    "emergency.reason.cannot-speak": "cannot speak or decide",
    "emergency.reason.life-in-danger": "life in danger",
    "emergency.reason.transferred": "brought in or transferred in an emergency",
    "emergency.reason.disaster": "disaster",
    "emergency.reason.other": "other",
    "emergency.problem.not-allowed": (
        "Emergency access is for doctors, dentists and nurses of hospitals on emergency duty."
    ),
    "emergency.problem.not-confirmed": (
        "More than five minutes have passed since you proved who you are. Please do so again."
    ),
    "emergency.problem.suspended": (
        "An earlier emergency access of yours was not reviewed yet, or found wrong. Ask the secretariat."
    ),
    "emergency.problem.reason": "Choose a reason.",
    "emergency.problem.text": "Write the reason in 1 to 200 characters.",
    "emergency.problem.hours": "Choose how long.",
    "emergency.problem.too-often": "Too many searches in an hour. Wait, or ask the secretariat.",
    "emergency.problem.several": "This is more than one person. Use our own patient number.",
    "emergency.problem.nothing": (
        "There is no record to open. Check what you typed. Who is not registered, or has not agreed to "
        "emergency access, cannot be opened here."
    ),
    "emergency.problem.identity": "Fill in the patient number, or name, date of birth and sex.",
    "reviews.title": "Review of emergencies",
    "reviews.lead": (
        "Somebody other than the user reviews each emergency access within three working days. After "
        "that the user may have no other."
    ),
    "reviews.waiting": "Waiting",
    "reviews.none": "No emergency access waits for a review.",
    "reviews.closed": "Reviewed",
    "reviews.opened": "Began",
    "reviews.who": "User",
    "reviews.whose": "Patient",
    "reviews.why": "Reason",
    "reviews.due": "Due",
    "reviews.overdue": "overdue, user suspended",
    "reviews.wrong": "found wrong, user suspended",
    "reviews.outcome": "Finding",
    "reviews.outcome.justified": "justified",
    "reviews.outcome.unclear": "cannot be decided",
    "reviews.outcome.unjustified": "not justified (suspends the user)",
    "reviews.text": "What was checked (at most 200 characters)",
    "reviews.save": "Close the review",
    "reviews.lift": "Lift the suspension",
    "reviews.own": "This is your own. Somebody else reviews it.",
    "reviews.read_only": "The privacy officer or the secretariat reviews.",
    "reviews.invalid": "Choose a finding and write what was checked in 1 to 200 characters.",
    "reviews.duty": "Hospitals with emergency access",
    "reviews.duty.on": "yes",
    "reviews.duty.off": "no",
    "reviews.duty.set": "Allow",
    "reviews.duty.unset": "Stop",
    "notices.title": "Notices",
    "notices.none": "There are no notices.",
    "notices.read": "Mark all as read",
    "notices.new": "new",
    "notice.emergency-opened": "An emergency access began.",
    "notice.emergency-extended": "An emergency access was extended.",
    "notice.emergency-reviewed": "An emergency access was reviewed.",
    "notice.emergency-overdue": "An emergency access was not reviewed in time; its user is suspended.",
    "notice.care-started": "A facility said that it treats the patient.",
    "notice.care-renewed": "A facility goes on treating the patient.",
    "care.title": "Start care",
    "care.open_button.clinic": "Find a patient and start care",
    "care.open_button.service": "Find a patient and start to serve",
    "care.lead": (
        "For a patient who agreed to all participating facilities and comes to you for the first time. "
        "What was agreed to can be seen for 30 days; the patient is told."
    ),
    "care.card": "Number on the patient's card",
    "care.or": "Without the card fill in both exactly.",
    "care.reason": "Kind of care",
    "care.reason.visit": "outpatient",
    "care.reason.home-visit": "home visit",
    "care.reason.admission": "admission",
    "care.reason.referral": "referral",
    "care.reason.dispensing": "dispensing",
    "care.reason.care-plan": "care plan",
    "care.reason.consultation": "consultation",
    "care.start": "Start care",
    "care.problem.nobody": (
        "There is no record to open. Check what you typed. Who has not agreed to all participating "
        "facilities must be registered first."
    ),
    "care.problem.several": "This is more than one person. Use the number on the card.",
    "care.problem.too-often": "Too many searches in an hour. Wait, or ask the secretariat.",
    "care.problem.identity": "Fill in the number on the card, or name and date of birth.",
    "care.problem.reason": "Choose a kind of care.",
    "care.mine": "Care started by this facility",
    "care.none": "No care was started.",
    "care.until": "Until",
    "care.renew": "30 more days",
    "care.end": "End",
}

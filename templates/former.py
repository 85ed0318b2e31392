"""Digests of every row formula that the program has ever written, by table and field.

A changed formula of the blueprint adds a line here and takes none away: `upgrade` exchanges only
formulas that it knows for the program's own.
"""

from __future__ import annotations

from collections.abc import Mapping

FORMER: Mapping[str, frozenset[str]] = {
    "calendar.change": frozenset({"1e22dcb6f090fde6"}),
    "clients.code": frozenset({"c45a414b7393a893", "dfc8261387ade49f"}),
    "clients.signal": frozenset({"01cb824e33a6ac16", "4bfc3bc8bb273d16"}),
    "deals.code": frozenset(
        {"80284b355d8509e4", "ac571bf90438d8e8", "e4c276c7f937e623", "ed7fbeef16192eca"}
    ),
    "deals.counts": frozenset(
        {
            "1290558995983ee0",
            "4e5874efe2e1f102",
            "92b58f072255cfff",
            "c09b12253c7010cd",
            "cb6b4ef973c50186",
        }
    ),
    "deals.due_key": frozenset(
        {
            "0599d3e41accc4ae",
            "370f24f877ea6148",
            "50c88cae2130c6b6",
            "863233deb90dd609",
            "dfe21d6c33912b3b",
        }
    ),
    "deals.prob_eff": frozenset(
        {"43d64cb6a63eeeca", "6063778db5e4bb55", "874d81cb4da33e8b", "a3b2f2547b81e67e"}
    ),
    "deals.rest": frozenset({"66d09715eeb90002"}),
    "deals.signal": frozenset(
        {"140c54157947bdfe", "7f56d24f455fbef1", "d2b0363ddda50a6c", "f7539d5a769ffe27"}
    ),
    "deals.stage_kind": frozenset({"225787d0dc163dc6", "39d7cc9795a5b316", "f4cb30f1460fcd3c"}),
    "deals.stage_prob": frozenset({"63c5cc1afbe59a95"}),
    "leads.code": frozenset({"14a579cf3b49224e", "5171dd23ece8b470"}),
    "leads.reply_by": frozenset({"e31fbdb2653895d2"}),
    "leads.signal": frozenset({"13617607b713009b", "a6e0b538bc4fbc1e", "eea3ca7c3dc5e813"}),
    "norms.better_code": frozenset({"44351520a7c36c3a"}),
    "norms.code": frozenset({"8e20e9c84ac8b08b"}),
    "norms.deviation": frozenset({"73b08f9e583ee6e1"}),
    "norms.expected": frozenset({"47e3c5a5abb5abb9"}),
    "norms.light": frozenset({"f3b8000383f3bd96"}),
    "norms.pct": frozenset({"7067030453b95e5f"}),
    "norms.per_code": frozenset({"03761dc38501a365"}),
    "pay_rules.sentence": frozenset({"7038962c5d12446a", "e87f13f88730be39", "edf5f13f5d69c0e7"}),
    "payments.code": frozenset({"56fd407e7131cbd3", "85c866f228c0410d"}),
    "plans.mark": frozenset({"20582b6b29a37af1"}),
    "plans.year": frozenset({"bfe4af3bdedabe1e"}),
}

package dev.watchdog.healing;

/**
 * Takes up what a domain wishes for. A wish that nobody could act on now leaves no trace: it is reported again at the
 * next look, and one that comes and goes each second for hours must not fill the journal. Pure.
 */
final class Wishes {
    private final Turn turn;
    private final Pursuit pursuit;
    private final Gatekeeper gatekeeper;

    Wishes(Turn turn, Pursuit pursuit) {
        this.turn = turn;
        this.pursuit = pursuit;
        this.gatekeeper = new Gatekeeper(turn);
    }

    /** Takes it up when its action may start at once, or is to be put before a person. */
    void see(Case subject, FaultKind kind, Finding.Faulty finding) {
        Proposal proposal = finding.proposal();
        if (proposal == null) {
            return;
        }
        Gates gates = turn.setting.policy().gates();
        History begun = subject.history().recurred(turn.now(), gates);
        Attempt attempt = Attempt.wanted("", proposal, Origin.POLICY, 1);
        Decision decision = gatekeeper.ask(subject, Fault.first("", kind, finding), attempt);
        if (decision instanceof Decision.Act) {
            takeUp(subject.with(begun), kind, finding);
        } else if (isForAPerson(decision) && begun.losses().isEmpty()) {
            takeUp(subject.with(begun.remembering(turn.now(), gates)), kind, finding);
        }
    }

    private static boolean isForAPerson(Decision decision) {
        return decision instanceof Decision.Wait wait && wait.gate().equals(Gatekeeper.APPROVAL);
    }

    private void takeUp(Case subject, FaultKind kind, Finding.Faulty finding) {
        Fault wish = Fault.first(turn.nextWish(), kind, finding);
        turn.pin(wish.id());
        pursuit.pursue(subject.with(wish));
    }
}

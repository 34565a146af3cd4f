package dev.watchdog.containers;

import dev.watchdog.containers.LossFacts.Doer;
import dev.watchdog.containers.LossFacts.Viewer;
import dev.watchdog.events.Evidence;
import dev.watchdog.healing.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Tells a lost root in plain words, from its evidence alone. */
final class LossExplanation {
    private LossExplanation() {}

    static Explanation of(Evidence evidence) {
        LossFacts facts = LossFacts.of(evidence);
        LikelyCause likely = LikelyCause.of(facts);
        return new Explanation(
                broken(evidence, facts),
                who(facts),
                likely.cause().id(),
                likely.cause().happened(),
                likely.because() + apart(facts),
                likely.sureness().word(),
                likely.cause().prevention());
    }

    private static String broken(Evidence evidence, LossFacts facts) {
        String name = fact(evidence, "containerName");
        StringBuilder words = new StringBuilder("The root file system of ")
                .append(name.isEmpty() ? "a container" : "the container " + name)
                .append(" was not where it belongs, on ")
                .append(fact(evidence, "rootfs"))
                .append(": ");
        words.append(facts.wrong().stream().map(LossExplanation::sight).collect(Collectors.joining("; ")));
        words.append(". The container itself ran on.");
        if (facts.wrong().stream()
                .anyMatch(each -> (each.sees(Sighting.State.MISSING)
                                || each.sees(Sighting.State.HIDDEN)
                                || each.sees(Sighting.State.DEAD))
                        && (each.is("shim") || each.is("runtime")))) {
            words.append(" 'docker exec' fails.");
        }
        if (facts.wrong().stream().anyMatch(each -> each.is("engine"))) {
            words.append(
                    " 'docker cp' and 'docker exec -u NAME' fail or find an empty directory, and what is copied into"
                            + " the container is lost.");
        }
        return words.toString();
    }

    private static String sight(Viewer viewer) {
        String what = viewer.sees(Sighting.State.MISSING)
                ? "there was no such directory"
                : viewer.sees(Sighting.State.BARE)
                        ? "there was only an empty directory"
                        : viewer.sees(Sighting.State.COVERED) ? "something else was mounted there" : viewer.sees();
        return "for " + roles(viewer) + " (process " + viewer.pid() + ", mount namespace " + viewer.namespace() + ") "
                + what;
    }

    private static String roles(Viewer viewer) {
        List<String> words = new ArrayList<>();
        if (viewer.is("engine")) {
            words.add("the engine");
        }
        if (viewer.is("runtime")) {
            words.add("containerd");
        }
        if (viewer.is("shim")) {
            words.add("the container's shim");
        }
        return words.isEmpty() ? viewer.role() : String.join(" and ", words);
    }

    private static String who(LossFacts facts) {
        List<Doer> all = new ArrayList<>(facts.lostBy());
        all.addAll(facts.coveredBy());
        String known = all.stream()
                .filter(Doer::isKnown)
                .map(LossExplanation::doer)
                .distinct()
                .collect(Collectors.joining("; "));
        if (!known.isEmpty()) {
            return known + ".";
        }
        return "Not known"
                + all.stream()
                        .map(Doer::notKnown)
                        .filter(why -> !why.isEmpty())
                        .findFirst()
                        .map(why -> ": " + why)
                        .orElse("")
                + ".";
    }

    static String doer(Doer doer) {
        if (doer.name().equals(Witness.EXITED)) {
            return "Process " + doer.pid() + ", which had already exited when it was looked at";
        }
        boolean orphan = doer.parentPid() == 0;
        String parent = orphan ? "" : ", started by " + doer.parentName() + " (process " + doer.parentPid() + ")";
        String place = doer.cgroup().equals(Witness.EXITED)
                        || doer.cgroup().equals("/")
                        || doer.cgroup().isEmpty()
                ? ""
                : ", in the control group " + doer.cgroup();
        return doer.name() + " (process " + doer.pid() + ")" + parent + place;
    }

    private static String apart(LossFacts facts) {
        if (!facts.isApart()) {
            return facts.doer()
                    .filter(Doer::isElsewhere)
                    .map(doer -> " It was in mount namespace " + doer.from() + ", and the root was lost in "
                            + doer.namespace() + ".")
                    .orElse("");
        }
        Viewer engine = facts.viewer("engine").orElseThrow();
        Viewer shim = facts.viewer("shim").orElseThrow();
        return " The engine" + since(engine) + " lives in mount namespace " + engine.namespace()
                + ", the container's shim" + since(shim) + " in " + shim.namespace() + ".";
    }

    private static String since(Viewer viewer) {
        return viewer.started() == null ? "" : ", running since " + viewer.started() + ",";
    }

    private static String fact(Evidence evidence, String name) {
        return evidence.facts().get(name) instanceof String text ? text : "";
    }
}

package dev.watchdog.containers;

import java.util.List;

/** What one look at one container came to. */
sealed interface Verdict {
    /** Every viewer sees the container's own root. */
    record Healthy() implements Verdict {}

    /** At least one does not, and the container lives. */
    record Lost(List<Sighting> sightings) implements Verdict {
        public Lost {
            sightings = List.copyOf(sightings);
        }

        List<Sighting> wrong() {
            return sightings.stream()
                    .filter(each -> each.state() != Sighting.State.PRESENT)
                    .toList();
        }

        /** All that is wrong can be put right. */
        boolean mendable() {
            return wrong().stream().allMatch(each -> each.state().mendable());
        }
    }

    /** The container has ended. */
    record Gone() implements Verdict {}

    /** It could not be told. */
    record Unknown(String why) implements Verdict {}
}

package dev.watchdog.web;

import dev.watchdog.linux.Moment;
import java.util.Map;

/**
 * Who is asked.
 *
 * @param labels as the operator configured them
 * @param started when this process began
 */
public record About(String hostId, String hostName, Map<String, String> labels, String version, Moment started) {
    public About {
        labels = Map.copyOf(labels);
    }
}

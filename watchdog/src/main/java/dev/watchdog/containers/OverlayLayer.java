package dev.watchdog.containers;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The paths of one overlay2 layer: {@code <data root>/overlay2/<layer>/merged} and {@code .../<layer>/diff}, the rule of
 * moby's daemon/graphdriver/overlay2 since 1.12. Only such a path is ever mounted on, whatever a record says.
 */
final class OverlayLayer {
    private static final Pattern ROOTFS = Pattern.compile("((?:/[^/\\p{Cntrl}]+)+)/overlay2/([0-9a-zA-Z_-]+)/merged");

    private OverlayLayer() {}

    /** Why these cannot be the paths of one layer; null when they can. */
    static @org.jspecify.annotations.Nullable String objection(String rootfs, String upperDir) {
        Matcher path = ROOTFS.matcher(rootfs);
        if (!path.matches() || hasDots(rootfs)) {
            return "the rootfs path on its record is not that of an overlay2 layer";
        }
        return upperDir.equals(path.group(1) + "/overlay2/" + path.group(2) + "/diff")
                ? null
                : "the rootfs path and the upper directory on its record are not of one layer";
    }

    private static boolean hasDots(String path) {
        for (String part : path.split("/", -1)) {
            if (part.equals(".") || part.equals("..")) {
                return true;
            }
        }
        return false;
    }
}

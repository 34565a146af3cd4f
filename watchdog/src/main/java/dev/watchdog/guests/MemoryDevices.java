package dev.watchdog.guests;

import java.util.Map;
import java.util.Set;

/**
 * Adds up the memory devices that libvirt counts into a guest's maximum though no balloon reaches them, element by element
 * of {@code <memory model=...><target><size unit=...>}. Confined to one reading.
 */
final class MemoryDevices {
    /** dimm is RAM, and virtio-mem has an obstacle of its own. */
    private static final Set<String> BESIDE = Set.of("nvdimm", "virtio-pmem", "sgx-epc");

    /** libvirt writes KiB; by its documentation it takes these. */
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("b", 1L),
            Map.entry("bytes", 1L),
            Map.entry("", 1L << 10),
            Map.entry("k", 1L << 10),
            Map.entry("kib", 1L << 10),
            Map.entry("kb", 1_000L),
            Map.entry("m", 1L << 20),
            Map.entry("mib", 1L << 20),
            Map.entry("mb", 1_000_000L),
            Map.entry("g", 1L << 30),
            Map.entry("gib", 1L << 30),
            Map.entry("gb", 1_000_000_000L),
            Map.entry("t", 1L << 40),
            Map.entry("tib", 1L << 40),
            Map.entry("tb", 1_000_000_000_000L));

    /** The 52 bits of an x86 physical address. */
    private static final long MOST = 1L << 52;

    private String model = "";
    private long unit = 1L << 10;
    private long beside;

    void model(String newModel) {
        model = newModel;
    }

    void unit(String name) {
        unit = UNITS.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), 1L << 10);
    }

    void size(String number) {
        String digits = number.strip();
        if (BESIDE.contains(model) && digits.matches("[0-9]{1,15}")) {
            beside = (long) Math.min(MOST, beside + (double) Long.parseLong(digits) * unit);
        }
    }

    /** Bytes of all of them. */
    long beside() {
        return beside;
    }
}

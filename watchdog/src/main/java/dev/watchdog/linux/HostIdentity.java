package dev.watchdog.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Which host this is, also from inside a pod that sees the host's processes. The id is derived from the machine-id,
 * which is a secret of the host and cannot be told from it (machine-id(5), sd_id128_get_machine_app_specific(3)).
 *
 * @param id 32 lower-case hex digits
 * @param source where the id came from: {@code machine-id}; {@code product-uuid}, the firmware's, when there is no
 *     machine-id; {@code name}, when there is neither, and then a renamed host is another host
 */
public record HostIdentity(String id, String name, String source) {
    /** Our application id; changing it would make every host a new one. */
    private static final String APPLICATION = "6f0f1f4a5d6b4a6f9f3b1c8e2a7d4e90";

    /** A host name is of 64 bytes at most, the rest shorter; in /etc/hostname may be comments. */
    private static final int LONGEST = 4_096;

    /** Never fails: a host can always be told by its name. */
    public static HostIdentity read() {
        return read(Path.of("/proc/1/root"), Path.of("/"));
    }

    /** Each file is looked for below the first process's root, which is the host's when its processes are seen. */
    static HostIdentity read(Path... roots) {
        String name = first(List.of("etc/hostname"), roots);
        String known = sameHostName() || name == null ? kernelName() : name;
        String machine = first(List.of("etc/machine-id", "var/lib/dbus/machine-id"), roots);
        if (machine != null && machine.matches("[0-9a-f]{32}")) {
            return new HostIdentity(derive(HexFormat.of().parseHex(machine)), known, "machine-id");
        }
        String product = first(List.of("sys/class/dmi/id/product_uuid"), roots);
        if (product != null) {
            return new HostIdentity(derive(product.getBytes(StandardCharsets.UTF_8)), known, "product-uuid");
        }
        return new HostIdentity(derive(known.getBytes(StandardCharsets.UTF_8)), known, "name");
    }

    /** As systemd does: HMAC-SHA256 keyed by the machine-id over the application's id, cut to a version 4 UUID. */
    static String derive(byte[] machine) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(machine, "HmacSHA256"));
            byte[] id = mac.doFinal(HexFormat.of().parseHex(APPLICATION));
            id[6] = (byte) ((id[6] & 0x0f) | 0x40);
            id[8] = (byte) ((id[8] & 0x3f) | 0x80);
            return HexFormat.of().formatHex(id, 0, 16);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    /** A pod has a host name of its own; the host's is then in its /etc/hostname. */
    private static boolean sameHostName() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/1/ns/uts"))
                    .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/uts")));
        } catch (IOException e) {
            return true;
        }
    }

    private static String kernelName() {
        String name = first(List.of("sys/kernel/hostname"), Path.of("/proc"));
        return name == null ? "localhost" : name;
    }

    private static @Nullable String first(List<String> files, Path... roots) {
        for (String file : files) {
            for (Path root : roots) {
                try {
                    String text = RegularFile.text(root.resolve(file), LONGEST).strip();
                    if (!text.isEmpty()) {
                        return text;
                    }
                } catch (IOException e) {
                    // the next one
                }
            }
        }
        return null;
    }
}

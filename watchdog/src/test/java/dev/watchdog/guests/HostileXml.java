package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** Domains whose metadata is as large as is read, read two at a time in a process with the agent's heap. */
public final class HostileXml {
    private static final int SIZE = (1 << 20) - 1_000;
    private static final String NAMES = "more than 20000 elements and attributes";
    private static final String CANNOT = "its XML cannot be read: ";
    private static final String MARKUP = "a tag or a comment of more than 256 KiB";

    private HostileXml() {}

    /** What repeats, before it, after it, and what is said of it; {@code #} counts. */
    private record Flood(String begin, String more, String end, String told) {}

    public static void main(String[] arguments) throws Exception {
        for (Flood flood : List.of(
                new Flood("", "<z#/>", "", NAMES),
                new Flood("<a", " z#=''", "/>", CANNOT),
                new Flood("<a", " xmlns:z#='u#'", "/>", CANNOT),
                new Flood("", "<a z#='' y#=''/>", "", NAMES),
                new Flood("<a b='", "xxxxxxxx", "'/>", MARKUP),
                new Flood("<a b=\"", "'>'>'>'>", "\"/>", MARKUP),
                new Flood("<!--", "xx'>xxx<", "-->", MARKUP),
                new Flood("<!-- ' --><a b='", "xx>xxxxx", "'/>", MARKUP),
                new Flood("<![CDATA[", "]]xxx>xx", "]]>", MARKUP),
                new Flood("<?a ", "x'>xxxx?", "?>", MARKUP),
                new Flood("<a>", "text ' \" >", "</a>", ""),
                new Flood("", "<a/><!-- ' --><b c='>'/>x", "", NAMES))) {
            List<Thread> both = new ArrayList<>();
            List<String> told = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                both.add(new Thread(() -> {
                    String obstacle = GuestDescription.of(xml(flood)).obstacle();
                    synchronized (told) {
                        told.add(obstacle);
                    }
                }));
            }
            both.forEach(Thread::start);
            for (Thread each : both) {
                each.join();
            }
            assertThat(told).as(flood.toString()).hasSize(2).allMatch(obstacle -> obstacle.contains(flood.told()));
            assertThat(told.get(0).isEmpty()).isEqualTo(flood.told().isEmpty());
        }
        System.out.println("done");
    }

    private static String xml(Flood flood) {
        StringBuilder xml =
                new StringBuilder(SIZE + 1_000).append("<domain><metadata>").append(flood.begin());
        for (int i = 0; xml.length() < SIZE; i++) {
            xml.append(flood.more().replace("#", Integer.toString(i, 36)));
        }
        return xml.append(flood.end())
                .append("</metadata><devices><memballoon model='virtio'/></devices></domain>")
                .toString();
    }
}

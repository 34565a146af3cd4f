package dev.watchdog.guests.simulation;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;

/** Draws one replay as SVG: for each guest what it needed (filled) and what it was meant to have (line). */
public final class Plot {
    private static final int WIDTH = 1_200;
    private static final int HEIGHT = 160;
    private static final int LEFT = 60;

    private Plot() {}

    /** One band for each guest, at most 20. */
    public static void write(Trace trace, Outcome outcome, double maximum, Writer out) throws IOException {
        List<Trace.Series> guests =
                trace.guests().subList(0, Math.min(20, trace.guests().size()));
        out.write(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">%n"
                        .formatted(LEFT + WIDTH + 10, 30 + guests.size() * (HEIGHT + 30)));
        out.write("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        out.write(
                "<text x=\"%d\" y=\"16\">%s: demand (filled) and target (line), 0 to %.0f MiB, %.0f to %.0f s</text>%n"
                        .formatted(LEFT, outcome.policy(), maximum, trace.begin(), trace.end()));
        double begin = trace.begin();
        double across = WIDTH / Math.max(1, trace.end() - begin);
        for (int i = 0; i < guests.size(); i++) {
            Trace.Series guest = guests.get(i);
            int bottom = 30 + i * (HEIGHT + 30) + HEIGHT;
            double up = HEIGHT / maximum;
            StringBuilder area = new StringBuilder("M%d %d".formatted(LEFT, bottom));
            for (int pixel = 0; pixel < WIDTH; pixel++) {
                double most = guest.mostDemand(begin + pixel / across, begin + (pixel + 1) / across);
                area.append(point(LEFT + pixel, bottom - most * up));
            }
            StringBuilder line = new StringBuilder();
            double height = bottom;
            for (Outcome.Order order : outcome.orders()) {
                if (order.guest().equals(guest.name())) {
                    double x = LEFT + (order.time() - begin) * across;
                    line.append(
                                    line.isEmpty()
                                            ? point(x, bottom - order.target() * up)
                                                    .replace('L', 'M')
                                            : "")
                            .append(point(x, height));
                    height = bottom - order.target() * up;
                    line.append(point(x, height));
                }
            }
            line.append(point(LEFT + WIDTH, height));
            out.write("<text x=\"2\" y=\"%d\">%s</text>%n".formatted(bottom - HEIGHT / 2, escaped(guest.name())));
            out.write("<path fill=\"#9ecae1\" d=\"%sL%d %dZ\"/>%n".formatted(area, LEFT + WIDTH, bottom));
            out.write("<path fill=\"none\" stroke=\"#d94801\" d=\"%s\"/>%n".formatted(fromFirst(line)));
        }
        out.write("</svg>\n");
    }

    /** The first point is a corner that was never drawn to. */
    private static String fromFirst(StringBuilder line) {
        int first = line.indexOf("L");
        int second = line.indexOf("L", first + 1);
        return line.substring(0, first) + (second < 0 ? "" : line.substring(second));
    }

    private static String point(double x, double y) {
        return String.format(Locale.ROOT, "L%.1f %.1f", x, y);
    }

    private static String escaped(String name) {
        StringBuilder plain = new StringBuilder();
        name.codePoints()
                .limit(12)
                .forEach(point -> plain.append(
                        Character.isLetterOrDigit(point) || point == '-' ? Character.toString(point) : "."));
        return plain.toString();
    }
}

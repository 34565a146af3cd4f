package dev.watchdog.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.watchdog.linux.OwnedPath;
import dev.watchdog.linux.OwnedPath.UntrustedPathException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a YAML file with the line of each value. Only what a configuration needs: at most 256 KiB and ten levels, one
 * document, no aliases (a few of them can stand for gigabytes), no key twice. Whoever writes the configuration commands
 * the agent, so a file that others than root and this user can change is refused.
 */
final class YamlFile {
    private static final int MOST_BYTES = 256 << 10;
    private static final int DEEPEST = 10;

    private final Path file;
    private final List<Problem> problems;

    private YamlFile(Path file, List<Problem> problems) {
        this.file = file;
        this.problems = problems;
    }

    /** Reads the file; what is wrong with it goes to {@code problems}. */
    static Raw.Fields read(Path file, List<Problem> problems) {
        YamlFile reader = new YamlFile(file, problems);
        Raw.Fields nothing = new Raw.Fields(Map.of(), new Source(file.toString()));
        try {
            Raw raw = reader.parse(reader.text());
            if (raw instanceof Raw.Fields fields) {
                return fields;
            }
            if (!(raw instanceof Raw.Text text && text.text().isEmpty())) {
                problems.add(new Problem("", "must hold sections such as 'journal:'", raw.source()));
            }
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            String first = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
            problems.add(new Problem("", "not valid YAML: " + first, Source.line(file, line)));
        } catch (NoSuchFileException e) {
            problems.add(new Problem("", reader.missing(), nothing.source()));
        } catch (UntrustedPathException e) {
            problems.add(new Problem("", "cannot be trusted: " + e.getMessage(), nothing.source()));
        } catch (IOException e) {
            problems.add(new Problem("", "cannot be read: " + e, nothing.source()));
        }
        return nothing;
    }

    private String missing() {
        try {
            return OwnedPath.deadLink(file).orElse("there is no such file: check --config");
        } catch (IOException e) {
            return "cannot be read: " + e;
        }
    }

    private String text() throws IOException {
        OwnedPath.require(file);
        if (Files.isDirectory(file)) {
            throw new IOException("it is a directory");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("it is larger than 256 KiB");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private Raw parse(String text) throws IOException {
        YAMLFactory factory = YAMLFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                .build();
        try (YAMLParser parser = factory.createParser(text)) {
            if (parser.nextToken() == null) {
                return new Raw.Text("", Source.line(file, 1));
            }
            Raw raw = value(parser, "");
            if (parser.nextToken() != null) {
                problems.add(new Problem("", "must be one document", here(parser)));
            }
            return raw;
        }
    }

    private Raw value(YAMLParser parser, String key) throws IOException {
        Source here = here(parser);
        if (parser.isCurrentAlias()) {
            problems.add(new Problem(key, "aliases (*name) are not supported: write the value out", here));
            return new Raw.Text("", here);
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields(parser, key, here);
            case START_ARRAY -> items(parser, key, here);
            case VALUE_NULL -> new Raw.Text("", here);
            default -> new Raw.Text(parser.getText(), here);
        };
    }

    private Raw.Fields fields(YAMLParser parser, String key, Source here) throws IOException {
        Map<String, Raw> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            String whole = key.isEmpty() ? name : key + "." + name;
            parser.nextToken();
            Raw value = value(parser, whole);
            if (fields.put(name, value) != null) {
                problems.add(new Problem(whole, "is there twice: keep one", value.source()));
            }
        }
        return new Raw.Fields(fields, here);
    }

    private Raw.Items items(YAMLParser parser, String key, Source here) throws IOException {
        List<Raw> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser, key + "[" + items.size() + "]"));
        }
        return new Raw.Items(items, here);
    }

    private Source here(YAMLParser parser) {
        return Source.line(file, parser.currentTokenLocation().getLineNr());
    }
}

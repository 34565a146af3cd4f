package dev.watchdog.events;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The schemas keep what was published. The frozen copies are what others have: they are changed when a version is
 * released, and then only by what this test lets pass.
 */
class CompatibilityTest {
    private static final Path PUBLISHED = Path.of("src/test/resources/published");
    private static final String OBJECT = """
            {"type":"object","description":"d","required":["a"],"additionalProperties":{"type":"string"},
             "properties":{"a":{"type":["string","number"],"minLength":1,"maxLength":9,"pattern":"x"},
                           "b":{"enum":["p","q"]},"c":{"$ref":"t#/c"},"d":{"items":{"const":1}},"e":{"minimum":1}}}""";

    /** What a computer cannot compare, by the file and the place; why it breaks nobody. */
    private static final Map<String, String> REVIEWED = Map.ofEntries(
            entry("command.envelope.v1.json /oneOf", "data was required; now data_base64 will do as well"),
            entry("command.envelope.v1.json /properties/id/not", "the same: id is a string"),
            entry("command.envelope.v1.json /properties/source/pattern", "what the format and the reader ask for"),
            entry("command.envelope.v1.json /properties/time/pattern", "fractions and lower case as well"),
            entry("command.envelope.v1.json /properties/expirytime/pattern", "fractions and lower case as well"),
            entry("command.envelope.v1.json /properties/datacontenttype/pattern", "it was the one text that fits"),
            entry("command.envelope.v1.json /properties/datacontenttype/type", "it was one text"),
            entry(
                    "command.requested.v1.json /properties/target/properties/labels/propertyNames/type",
                    "names are text"),
            entry(
                    "terms.v1.json /$defs/text/pattern",
                    "of commands; named classes were written out, and fewer of them"),
            entry("terms.v1.json /$defs/fact/anyOf", "the same as the list of types, with what goes with each"),
            entry("terms.v1.json /$defs/fact/type", "in anyOf"),
            entry("terms.v1.json /$defs/fact/items", "in anyOf"),
            entry("terms.v1.json /$defs/fact/additionalProperties", "in anyOf"),
            entry("terms.v1.json /$defs/fact/maxLength", "in anyOf"));

    static List<Path> published() {
        return Schemas.list(PUBLISHED);
    }

    @Test
    void everySchemaIsPublishedAndNoneIsWithdrawn() {
        assertThat(published())
                .as("copy a new schema to " + PUBLISHED + " with the version that has it first")
                .extracting(Path::getFileName)
                .containsExactlyInAnyOrderElementsOf(
                        Schemas.files().stream().map(Path::getFileName).toList());
    }

    @ParameterizedTest
    @MethodSource("published")
    void noneBreaksWhatWasPublished(Path file) {
        JsonNode now = Schemas.tree(Schemas.files().stream()
                .filter(schema -> schema.endsWith(file.getFileName()))
                .findFirst()
                .orElseThrow());

        assertThat(SchemaChanges.breaking(Schemas.tree(file), now, isWritten(file)))
                .extracting(line -> file.getFileName() + " " + line.replaceFirst("(?s) was .*", ""))
                .as("a changed meaning gets a new type: " + file.getFileName())
                .containsExactlyInAnyOrderElementsOf(REVIEWED.keySet().stream()
                        .filter(place -> place.startsWith(file.getFileName() + " "))
                        .toList());
    }

    /** From, to, what is said of a schema that we write, and of one that we read; nothing when it may be. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'description':'d'|'description':'other'|~~|~~",
                "'e':{'minimum':1}|'e':{'minimum':1},'f':{'type':'string'}|~~|~~",
                ",'e':{'minimum':1}|~~|/properties/e was removed|/properties/e was removed",
                "'required':['a']|'required':['a','b']|/required was narrowed|/required was narrowed",
                "'required':['a'],|~~|/required was widened|~~",
                "['string','number']|'string'|/properties/a/type was narrowed|/properties/a/type was narrowed",
                "['string','number']|['string','number','null']|/properties/a/type was widened|~~",
                "'type':['string','number'],|~~|/properties/a/type was|~~",
                "'type':'object',|~~|/type was \\\"object\\\"|~~",
                "['p','q']|['p']|/properties/b/enum was narrowed|/properties/b/enum was narrowed",
                "['p','q']|['p','q','r']|/properties/b/enum was widened|~~",
                "'pattern':'x'|'pattern':'xy'|/properties/a/pattern was|/properties/a/pattern was",
                ",'pattern':'x'|~~|/properties/a/pattern was|~~",
                "'c':{|'c':{'format':'uri',|/properties/c/format was|/properties/c/format was",
                "t#/c|t#/d|/properties/c/$ref was|/properties/c/$ref was",
                "'const':1|'const':2|/properties/d/items/const was|/properties/d/items/const was",
                "'minLength':1|'minLength':2|/properties/a/minLength was narrowed|/properties/a/minLength was narrowed",
                "'minLength':1|'minLength':0|/properties/a/minLength was widened|~~",
                "'maxLength':9|'maxLength':8|/properties/a/maxLength was narrowed|/properties/a/maxLength was narrowed",
                ",'maxLength':9|~~|/properties/a/maxLength was widened|~~",
                "'minimum':1|'minimum':2|/properties/e/minimum was narrowed|/properties/e/minimum was narrowed",
                "'minimum':1|'minimum':1,'maximum':5|/properties/e/maximum was narrowed|/properties/e/maximum was narrowed",
                "{'type':'string'}|{'type':'number'}|/additionalProperties/type was|/additionalProperties/type was",
                "{'type':'string'}|false|/additionalProperties was|/additionalProperties was",
                "'additionalProperties':{'type':'string'},|~~|/additionalProperties was|~~",
                "'required'|'not':{},'required'|/not was|/not was"
            })
    void theCheckerSeesWhatBreaks(String from, String to, String written, String read) {
        String old = from.replace('\'', '"');
        assertThat(OBJECT).contains(old);
        JsonNode before = tree(OBJECT);
        JsonNode after = tree(OBJECT.replace(old, to.replace('\'', '"')));

        assertBreaks(SchemaChanges.breaking(before, after, true), written);
        assertBreaks(SchemaChanges.breaking(before, after, false), read);
        assertThat(SchemaChanges.breaking(after, after, true)).isEmpty();
    }

    private static void assertBreaks(List<String> breaks, String expected) {
        if (expected.isEmpty()) {
            assertThat(breaks).isEmpty();
        } else {
            assertThat(breaks).isNotEmpty().anyMatch(line -> line.startsWith(expected.replace("\\\"", "\"")));
        }
    }

    /** Commands are what others write; the words are shared. */
    private static boolean isWritten(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith("command.requested.") && !name.startsWith("command.envelope.");
    }

    private static JsonNode tree(String json) {
        return Schemas.tree(json.getBytes(StandardCharsets.UTF_8));
    }
}

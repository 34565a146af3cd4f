package dev.watchdog.events;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandReaderTest {
    private static final Map<String, String> STRUCTURED = Map.of("content-type", "application/cloudevents+json");
    private static final Message BINARY = CommandSigner.unsigned(Commands.HEAL, ContentMode.BINARY);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/cloudevents+json",
                "application/cloudevents+json; charset=UTF-8",
                "Application/CloudEvents+JSON;charset=\"utf-8\""
            })
    void structuredModeIsToldByItsMediaType(String type) {
        assertThat(CommandReader.parse(json().getBytes(UTF_8), Map.of("content-type", type)))
                .isInstanceOf(Parsed.Good.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/cloudevents+json; charset=utf-16|not application/cloudevents+json in UTF-8",
                "application/cloudevents+json;;|not application/cloudevents+json in UTF-8",
                "application/cloudevents-batch+json|no CloudEvent",
                "application/json|no CloudEvent",
                "''|no CloudEvent"
            })
    void anyOtherMediaTypeIsNot(String type, String why) {
        assertBad(CommandReader.parse(json().getBytes(UTF_8), Map.of("content-type", type)), why);
    }

    @Test
    void withoutAValueOrAMediaTypeItIsBad() {
        assertBad(CommandReader.parse(null, STRUCTURED), "no value");
        assertBad(CommandReader.parse(new byte[0], STRUCTURED), "no value");
        assertBad(CommandReader.parse(json().getBytes(UTF_8), Map.of()), "no header 'content-type'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{|{{|not JSON",
                "{|[{|not a JSON object",
                "{|\uFEFF{|not JSON",
                "{|{'id':'x',|a field twice",
                "{'verb'|{'verb':'probe','verb'|a field twice",
                "{'fault'|{'fault':'','fault'|a field twice",
                "true}}|true}}}|not JSON",
                "true}}|true}} null|something behind its end",
                "true}}|true}}{}|something behind its end",
                "{'fault':|{'deep':[[[[[[[]]]]]]],'fault':|nested too deep",
                "'data':|'data2':|neither text nor",
                "'data':|'Data':|neither text nor",
                "'data':|'data_base64':'e30=','data':|both 'data' and 'data_base64'",
                "'data':{|'data_base64':'e30','x':{|neither text nor",
                "'data':{|'data_base64':{},'x':{|'data_base64' is not a string",
                "'data':{|'data_base64':'?','x':{|'data_base64' is not Base64",
                "'data':|'exta':[],'data':|neither text nor",
                "'data':|'exta':1.5,'data':|neither text nor",
                "'data':|'exta':1e400,'data':|neither text nor",
                "'data':{|'data':[],'x':{|not an object",
                "'data':{|'data':null,'x':{|not an object",
                "'specversion':'1.0'|'specversion':'1.1'|'specversion' is not 1.0",
                "'specversion':'1.0'|'specversion':1|not a string",
                "command.requested.v1'|command.requested.v2'|'type' is not dev.watchdog",
                "application/json|application/json; charset=latin1|'datacontenttype' is not",
                "application/json|application/json-seq|'datacontenttype' is not",
                "schemas/command|schemas/other|'dataschema' is not",
                "'type':|'subject':'','type':|'subject' is empty",
                "'type':|'subject':'a\\u0000','type':|'subject' is empty",
                "'id':'0b6f6c0e|'id':'/|id is not",
                "'id':'0b6f6c0e-3c55-4d0e-8d1b-5f1f6f0f2c77'|'id':'policy'|id is not",
                "'id':'0b6f6c0e-3c55-4d0e-8d1b-5f1f6f0f2c77'|'id':'0b6f6c0e-a1'|id is not",
                "'id':'0b6f6c0e-3c55-4d0e-8d1b-5f1f6f0f2c77'|'id':null|no attribute 'id'",
                "'id':'0b6f6c0e-3c55-4d0e-8d1b-5f1f6f0f2c77'|'id':7|not a string",
                "/teams/ops|~~|URI-reference",
                "/teams/ops|a b|URI-reference",
                "/teams/ops|http://[|URI-reference",
                "/teams/ops|/\u00e9|URI-reference",
                "13:05:07Z|13:05:07.Z|by RFC 3339",
                "13:05:07Z|13:05:07,5Z|by RFC 3339",
                "13:05:07Z|13:05Z|by RFC 3339",
                "13:05:07Z|13:05:07|by RFC 3339",
                "13:05:07Z|13:05:07+0100|by RFC 3339",
                "T13:05:07Z| 13:05:07Z|by RFC 3339",
                "2026-11-22T13:05:07Z|2026-02-30T13:05:07.123Z|not a time that there is",
                "2026-11-22T13:05:07Z|2026-02-30T13:05:07Z|not a time that there is",
                "2026-11-22T13:05:07Z|2026-11-22T24:05:07Z|not a time that there is",
                "2026-11-22T13:05:07Z|2026-11-22T13:05:07+99:00|not a time that there is",
                "2026-11-22T13:05:07Z|1999-12-31T23:59:59Z|between the years",
                "2026-11-22T13:10:07Z|2200-01-01T00:00:00Z|between the years",
                "2026-11-22T13:10:07Z|2026-11-22T13:05:07Z|expiry is not after",
                "'expirytime'|'exta'|no attribute 'expirytime'",
                "'verb':'heal'|'verb':'Heal'|verb is not a word",
                "'verb':'heal'|'verb':7|'verb' is not a string",
                "'verb':'heal'|'force':true|unknown field",
                "'dryRun':true|'dryRun':1|neither true nor false",
                "'dryRun':true|'dryRun':null|neither true nor false",
                "'reason':'|'reason':null,'x':'|unknown field",
                "ticket 4711|a\\u0007|reason is too long or not printable",
                "ticket 4711|\u202E|reason is too long or not printable",
                "ticket 4711|\\ud83d|reason is too long or not printable",
                "'faulty'|7|something in 'expect' is not a string",
                "'state'|'a state'|name of an expectation",
                "'fault':|'a b':|name of an argument",
                "'arguments':{|'arguments':[],'x':{|unknown field",
                "{'host':'7c1e9a52d0b84f3f'}|{'host':''}|target host is not an id",
                "{'host':'7c1e9a52d0b84f3f'}|{'host':null}|'host' is not a string",
                "{'host':'7c1e9a52d0b84f3f'}|{'host':'*'}|target host is not an id",
                "{'host':'7c1e9a52d0b84f3f'}|{}|is not one of",
                "{'host':'7c1e9a52d0b84f3f'}|null|is not one of",
                "{'host':'7c1e9a52d0b84f3f'}|{'fleet':false}|only be true",
                "{'host':'7c1e9a52d0b84f3f'}|{'fleet':'true'}|neither true nor false",
                "{'host':'7c1e9a52d0b84f3f'}|{'labels':{}}|1 to 16 labels",
                "{'host':'7c1e9a52d0b84f3f'}|{'labels':null}|'labels' is not an object",
                "{'host':'7c1e9a52d0b84f3f'}|{'labels':{'':'a'}}|no name",
                "{'host':'7c1e9a52d0b84f3f'}|{'labels':{'a':'b\\n'}}|not printable"
            })
    void whatIsNotExactlyAsItMustBeIsBad(String from, String to, String why) {
        String json = json();
        String old = from.replace('\'', '"');
        assertThat(json).contains(old);
        String changed = json.substring(0, json.indexOf(old))
                + to.replace('\'', '"')
                + json.substring(json.indexOf(old) + old.length());

        assertBad(parse(changed), why);
    }

    /** As the SDKs of JavaScript, Python, Go and Rust write times. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-22T13:05:07.123Z",
                "2026-11-22T13:05:07+00:00",
                "2026-11-22T13:05:07.123456+00:00",
                "2026-11-22T13:05:07.999999999Z",
                "2026-11-22T13:05:07.1234567890123Z",
                "2026-11-22T14:05:07.5+01:00",
                "2026-11-22T07:35:07-05:30",
                "2026-11-22T13:05:07-00:00",
                "2026-11-22t13:05:07z"
            })
    void aTimeOfAnyWriterIsTakenInWholeSecondsAndUtc(String time) {
        CommandRequest request = ((Parsed.Good) parse(json().replace("2026-11-22T13:05:07Z", time))).request();

        assertThat(request).isEqualTo(Commands.HEAL);
        assertThat(((Parsed.Good) parse(json().replace("2026-11-22T13:05:07Z", time)))
                        .signed()
                        .digest())
                .as("another time of the same second is the same command, for its signature is the same")
                .isEqualTo(((Parsed.Good) parse(json())).signed().digest());
    }

    @Test
    void theTypeOfDataMayBeLeftOutOrNameItsCharset() {
        String type = "\"datacontenttype\":\"application/json\",";

        assertSame(json().replace(type, ""));
        assertSame(json().replace(type, type.replace("json\"", "json; charset=utf-8\"")));
        assertSame(json().replace(type, type.replace("application/json", "Application/JSON;charset=\\\"UTF-8\\\"")));
    }

    @Test
    void dataMayBeBase64() {
        String json = json();
        int data = json.indexOf("\"data\":");
        String bytes = json.substring(data + "\"data\":".length(), json.length() - 1);

        assertSame(json.substring(0, data) + "\"data_base64\":\""
                + Base64.getEncoder().encodeToString(bytes.getBytes(UTF_8)) + "\"}");
    }

    @Test
    void binaryModeMayRepeatTheTypeOfItsData() {
        Map<String, String> headers = new LinkedHashMap<>(BINARY.headers());
        headers.put("content-type", "application/json; charset=utf-8");
        headers.put("ce_datacontenttype", "application/json; charset=utf-8");
        headers.put("ce_time", "2026-11-22T13:05:07.000Z");

        assertThat(((Parsed.Good) CommandReader.parse(BINARY.value(), headers)).request())
                .isEqualTo(Commands.HEAL);
    }

    @Test
    void attributesThatNobodyKnowsAreIgnoredWhateverTheirType() {
        String json = json().replace(
                        "\"data\":", "\"traceparent\":\"00\",\"exta\":7,\"extb\":false,\"subject\":null,\"data\":");

        assertThat(parse(json))
                .isInstanceOfSatisfying(
                        Parsed.Good.class, good -> assertThat(good.request()).isEqualTo(Commands.HEAL));
    }

    @Test
    void dataschemaMayBeLeftOutAndDataMayComeFirst() {
        String json = json().replace("\"dataschema\":\"https://watchdog.dev/schemas/command.requested.v1.json\",", "");
        int data = json.indexOf(",\"data\":");
        String turned = "{" + json.substring(data + 1, json.length() - 1) + "," + json.substring(1, data) + "}";

        assertThat(parse(turned))
                .isInstanceOfSatisfying(
                        Parsed.Good.class, good -> assertThat(good.request()).isEqualTo(Commands.HEAL));
    }

    @Test
    void onlyUtf8IsRead() {
        byte[] bytes = json().getBytes(UTF_8);
        bytes[json().indexOf("ticket")] = (byte) 0xC0;

        assertBad(CommandReader.parse(bytes, STRUCTURED), "not UTF-8");
        assertBad(CommandReader.parse(json().getBytes(UTF_16), STRUCTURED), "not UTF-8");
        byte[] data = BINARY.value();
        data[20] = (byte) 0xED;
        assertBad(CommandReader.parse(data, BINARY.headers()), "not UTF-8");
    }

    @Test
    void itIsBoundedBeforeItIsParsed() {
        String room = json() + " ".repeat(CommandReader.MOST_BYTES - json().getBytes(UTF_8).length - 40);

        assertThat(parse(room)).isInstanceOf(Parsed.Good.class);
        assertBad(parse(room + " "), "larger than 65536 bytes");
        Map<String, String> headers = new LinkedHashMap<>(BINARY.headers());
        headers.put("other", "x".repeat(CommandReader.MOST_BYTES));
        assertBad(CommandReader.parse(BINARY.value(), headers), "larger than 65536 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "ce_datacontenttype,application/xml,say different things",
                "ce_datacontenttype,~~,say different things",
                "ce_Exta,1,lower-case letters and digits",
                "ce_data,{},lower-case letters and digits",
                "ce_,1,lower-case letters and digits",
                "ce_type,x,'type' is not",
                "ce_time,x,by RFC 3339",
                "content-type,application/xml,'datacontenttype' is not"
            })
    void binaryModeIsAsStrict(String header, String value, String why) {
        Map<String, String> headers = new LinkedHashMap<>(BINARY.headers());
        headers.put(header, value);

        assertBad(CommandReader.parse(BINARY.value(), headers), why);
    }

    @Test
    void headersOfOthersAreIgnoredButThereMayNotBeTooManyAttributes() {
        Map<String, String> headers = new LinkedHashMap<>(BINARY.headers());
        headers.put("traceparent", "\u0000");
        headers.put("CE_ID", "other");
        assertThat(CommandReader.parse(BINARY.value(), headers)).isInstanceOf(Parsed.Good.class);

        for (int i = 0; i < 64; i++) {
            headers.put("ce_ext" + i, "");
        }
        assertBad(CommandReader.parse(BINARY.value(), headers), "more than 64 attributes");
    }

    @Test
    void whatIsReadDoesNotChangeWithTheBytes() {
        byte[] value = BINARY.value();
        Parsed.Good good = (Parsed.Good) CommandReader.parse(value, BINARY.headers());
        String digest = good.signed().digest();
        value[1] = 0;

        assertThat(good.signed().digest()).isEqualTo(digest);
    }

    private static void assertBad(Parsed parsed, String why) {
        assertThat(parsed)
                .isInstanceOfSatisfying(
                        Parsed.Bad.class,
                        bad -> assertThat(bad.why())
                                .contains(why)
                                .hasSizeLessThan(200)
                                .doesNotContainPattern("\\p{Cntrl}"));
    }

    private static void assertSame(String json) {
        assertThat(json).isNotEqualTo(json());
        assertThat(((Parsed.Good) parse(json)).request()).isEqualTo(Commands.HEAL);
    }

    private static Parsed parse(String json) {
        return CommandReader.parse(json.getBytes(UTF_8), STRUCTURED);
    }

    private static String json() {
        return new String(
                CommandSigner.unsigned(Commands.HEAL, ContentMode.STRUCTURED).value(), UTF_8);
    }
}

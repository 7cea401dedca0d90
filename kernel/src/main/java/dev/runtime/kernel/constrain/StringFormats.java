package dev.runtime.kernel.constrain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The formats of strings that can be enforced, by name. Where a standard allows exotic spellings, the usual ones are generated. */
final class StringFormats {
    private static final String MONTH_DAY =
            "((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))";
    private static final String LEAP_YEAR = "(\\d\\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)";
    /** RFC 3339. */
    private static final String DATE = "(\\d{4}-" + MONTH_DAY + "|" + LEAP_YEAR + "-02-29)";
    private static final String OFFSET = "(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)";
    private static final String TIME = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?" + OFFSET;
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final String IPV4 = "(" + BYTE + "\\.){3}" + BYTE;
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,18}[A-Za-z0-9])?";
    /** RFC 1123, with labels of up to 20 characters. */
    private static final String HOSTNAME = LABEL + "(\\." + LABEL + "){0,4}";
    private static final String DOMAIN = LABEL + "(\\." + LABEL + "){0,3}\\.[A-Za-z]{2,10}";
    private static final String ATOM = "[A-Za-z0-9_+-]{1,20}";
    /** A part of RFC 5322 that all mail systems take. */
    private static final String EMAIL = ATOM + "(\\." + ATOM + "){0,2}@" + DOMAIN;
    private static final String URI_CHARACTERS = "([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
    private static final String URI_TAIL = "(/" + URI_CHARACTERS + "*)*(\\?(" + URI_CHARACTERS + "|[/?])*)?(#(" + URI_CHARACTERS + "|[/?])*)?";
    /** RFC 3986, with an authority. */
    private static final String URI = "[A-Za-z][A-Za-z0-9+.-]{0,9}://" + HOSTNAME + "(:\\d{1,4})?" + URI_TAIL;

    private static final Map<String, String> PATTERNS = new HashMap<>();

    static {
        PATTERNS.put("date", DATE);
        PATTERNS.put("time", TIME);
        PATTERNS.put("date-time", DATE + "T" + TIME);
        PATTERNS.put("duration", "P(\\d{1,4}W|\\d{1,4}Y(\\d{1,2}M(\\d{1,2}D)?)?|\\d{1,2}M(\\d{1,2}D)?|\\d{1,4}D"
                + "|(\\d{1,4}D)?T(\\d{1,4}H(\\d{1,2}M(\\d{1,2}S)?)?|\\d{1,4}M(\\d{1,2}S)?|\\d{1,4}S))");
        for (String uuid : List.of("uuid", "uuid1", "uuid2", "uuid3", "uuid4", "uuid5")) {
            String version = uuid.length() == 4 ? "[0-9a-fA-F]" : uuid.substring(4);
            String variant = uuid.length() == 4 ? "[0-9a-fA-F]" : "[89abAB]";
            PATTERNS.put(uuid, "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-" + version + "[0-9a-fA-F]{3}-" + variant + "[0-9a-fA-F]{3}-[0-9a-fA-F]{12}");
        }
        PATTERNS.put("ipv4", IPV4);
        PATTERNS.put("ipv6", ipv6());
        PATTERNS.put("hostname", HOSTNAME);
        PATTERNS.put("email", EMAIL);
        PATTERNS.put("uri", URI);
        PATTERNS.put("json-pointer", "(/([^/~\\u0000-\\u001f]|~[01])*)*");
    }

    private StringFormats() {}

    /** RFC 4291: eight groups, or fewer with one gap. */
    private static String ipv6() {
        String group = "[0-9A-Fa-f]{1,4}";
        List<String> forms = new ArrayList<>();
        forms.add(group + "(:" + group + "){7}");
        for (int before = 0; before <= 7; before++) {
            int after = 6 - before;
            String head = before == 0 ? "" : group + "(:" + group + "){" + (before - 1) + "}";
            String tail = after < 0 ? "" : after == 0 ? "(" + group + ")?" : "(" + group + "(:" + group + "){0," + after + "})?";
            forms.add(head + "::" + tail);
        }
        return "(" + String.join("|", forms) + ")";
    }

    /** Returns the strings of a format. */
    static Optional<Machine> of(String name) {
        return Optional.ofNullable(PATTERNS.get(name)).map(pattern -> MachineBuilder.of(PatternReader.whole(pattern)));
    }
}

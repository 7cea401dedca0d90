package dev.runtime.plugin.templates.jinja;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The time as {@code strftime} writes it, in English. */
final class TimeFormat {
    private TimeFormat() {}

    static String format(String format, Rendering rendering) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                rendering.budget().append(out, String.valueOf(c));
                continue;
            }
            char next = format.charAt(++i);
            boolean unpadded = (next == '-' || next == '#') && i + 1 < format.length();
            char letter = unpadded ? format.charAt(++i) : next;
            String part = part(letter, rendering.now());
            rendering.budget().append(out, unpadded ? withoutPadding(part) : part);
        }
        return out.toString();
    }

    private static String withoutPadding(String part) {
        int i = 0;
        while (i + 1 < part.length() && (part.charAt(i) == '0' || part.charAt(i) == ' ')) {
            i++;
        }
        return part.substring(i);
    }

    private static String part(char letter, ZonedDateTime time) {
        return switch (letter) {
            case 'Y' -> pattern("yyyy", time);
            case 'y' -> pattern("yy", time);
            case 'm' -> pattern("MM", time);
            case 'd' -> pattern("dd", time);
            case 'e' -> String.format(Locale.ROOT, "%2d", time.getDayOfMonth());
            case 'H' -> pattern("HH", time);
            case 'I' -> pattern("hh", time);
            case 'M' -> pattern("mm", time);
            case 'S' -> pattern("ss", time);
            case 'f' -> pattern("SSSSSS", time);
            case 'p' -> time.getHour() < 12 ? "AM" : "PM";
            case 'B' -> pattern("MMMM", time);
            case 'b', 'h' -> pattern("MMM", time);
            case 'A' -> pattern("EEEE", time);
            case 'a' -> pattern("EEE", time);
            case 'j' -> pattern("DDD", time);
            case 'w' -> String.valueOf(time.getDayOfWeek().getValue() % 7);
            case 'u' -> String.valueOf(time.getDayOfWeek().getValue());
            case 'F' -> pattern("yyyy-MM-dd", time);
            case 'D', 'x' -> pattern("MM/dd/yy", time);
            case 'T', 'X' -> pattern("HH:mm:ss", time);
            case 'R' -> pattern("HH:mm", time);
            case 'c' -> pattern("EEE MMM ", time) + part('e', time) + pattern(" HH:mm:ss yyyy", time);
            case 's' -> String.valueOf(time.toEpochSecond());
            // Python's local time carries no zone, so these are empty there
            case 'z', 'Z' -> "";
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            default -> "%" + letter;
        };
    }

    private static String pattern(String pattern, ZonedDateTime time) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
    }
}

package dev.runtime.plugin.cli.session;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A prompt whose paths of images and sounds became the files' content.
 *
 * @param text what is left
 * @param files contents, in the order of the paths
 */
public record MediaFiles(String text, List<byte[]> files) {
    private static final Pattern PATH = Pattern.compile("(?:[A-Za-z]:)?(?:\\./|/|\\\\)[\\S\\\\ ]+?\\.(?i:jpg|jpeg|png|webp|wav)\\b");
    private static final Pattern ESCAPE = Pattern.compile("\\\\([ ()\\[\\]{}$&;'\\\\*?~])");
    private static final long LARGEST = 100L << 20;
    private static final int HEAD = 512;

    /**
     * Takes the files out of a prompt; a path where there is no file is text.
     *
     * @param err told of each file that was taken
     * @throws RuntimeFailure with {@code request.invalid} for a file that is no image or sound, is too large or cannot be read
     */
    public static MediaFiles in(String prompt, PrintStream err) {
        List<byte[]> files = new ArrayList<>();
        String text = prompt;
        for (Matcher path = PATH.matcher(prompt); path.find();) {
            String named = path.group();
            Path file = file(ESCAPE.matcher(named).replaceAll("$1"));
            if (file == null || !Files.isRegularFile(file)) {
                continue;
            }
            try {
                String kind = kind(file);
                files.add(Files.readAllBytes(file));
                err.println("Added " + kind + " '" + file + "'");
            } catch (IOException e) {
                throw refused(e.toString());
            }
            text = text.replace("'" + named + "'", "").replace(named, "");
        }
        return new MediaFiles(files.isEmpty() ? prompt : text.strip(), files);
    }

    /** Tells whether a text begins with the path of a file that could be meant. */
    static boolean begins(String text) {
        Matcher path = PATH.matcher(text);
        return path.lookingAt();
    }

    private static Path file(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static String kind(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw refused("file size exceeds maximum limit (100MB)");
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        boolean riff = text.startsWith("RIFF") && text.length() >= 12;
        if (riff && text.startsWith("WAVE", 8)) {
            return "audio";
        }
        if (text.startsWith("\u00ff\u00d8\u00ff") || text.startsWith("\u0089PNG\r\n\u001a\n") || riff && text.startsWith("WEBP", 8)) {
            return "image";
        }
        throw refused("invalid file type: " + (text.startsWith("GIF8") ? "image/gif" : text.startsWith("%PDF-") ? "application/pdf"
                : text.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t') ? "text/plain; charset=utf-8"
                : "application/octet-stream"));
    }

    private static RuntimeFailure refused(String why) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, "Couldn't process file: \"" + why + "\"");
    }
}

package dev.runtime.kernel.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the image encoder of a weight file that is used where it lies: a file in the same folder, known by its name. */
record Neighbours(WeightFiles weights) {
    private static final String PREFIX = StoreNames.text("projector.prefix");
    private static final int ALIKE = 4;
    private static final int MOST_FILES = 10_000;

    /** Tells whether a file is named as encoders are. */
    static boolean isEncoder(Path file) {
        return name(file).startsWith(PREFIX);
    }

    /**
     * Returns the encoder whose name goes on like the model's, or, where the folder has one model only, the first. An encoder of another model
     * would be worse than none.
     *
     * @param ownFolder whether the folder is known to have one model only, though perhaps in several types
     */
    Optional<Path> projector(Path model, boolean ownFolder) {
        List<Path> encoders = new ArrayList<>();
        int models = 0;
        try (Stream<Path> files = Files.list(model.toAbsolutePath().getParent())) {
            for (Path file : files.limit(MOST_FILES).sorted().toList()) {
                boolean like = name(file).endsWith(ending(model)) && Files.isRegularFile(file);
                if (like && isEncoder(file)) {
                    encoders.add(file);
                } else if (like) {
                    models++;
                }
            }
        } catch (IOException _) {
            return Optional.empty();
        }
        Optional<Path> alike = encoders.stream().max(Comparator.comparingInt(file -> common(name(model), rest(file))))
                .filter(file -> common(name(model), rest(file)) >= ALIKE);
        return alike.or(ownFolder || models == 1 ? encoders.stream()::findFirst : Optional::empty).filter(weights::accepted);
    }

    private static String name(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT);
    }

    private static String ending(Path file) {
        return name(file).substring(Math.max(0, name(file).lastIndexOf('.')));
    }

    private static String rest(Path encoder) {
        return name(encoder).substring(PREFIX.length()).replaceFirst("^[-_.]", "");
    }

    private static int common(String a, String b) {
        int n = 0;
        while (n < Math.min(a.length(), b.length()) && a.charAt(n) == b.charAt(n)) {
            n++;
        }
        return n;
    }
}

package dev.runtime.plugin.tokenizers;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.plugin.format.gguf.GgufFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;

/** Reads the metadata of packed and plain GGUF files. */
final class VocabularyFiles {
    private VocabularyFiles() {}

    static Metadata metadata(Path file, Path work) throws IOException {
        if (!file.toString().endsWith(".gz")) {
            return metadata(file);
        }
        Path unpacked = work.resolve(file.getFileName().toString().replace(".gz", ""));
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            Files.copy(in, unpacked, StandardCopyOption.REPLACE_EXISTING);
        }
        return metadata(unpacked);
    }

    private static Metadata metadata(Path file) throws IOException {
        try (ModelFile model = new GgufFormat().open(file)) {
            return model.metadata();
        }
    }
}

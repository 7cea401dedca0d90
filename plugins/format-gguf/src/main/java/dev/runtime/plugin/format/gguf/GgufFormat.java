package dev.runtime.plugin.format.gguf;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.MappedFiles;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * GGUF files of version 2 and 3, little-endian, single or in shards (any shard may be given; its siblings are found by name).
 *
 * <p>The file must not change while it is open: it is mapped.
 */
public final class GgufFormat implements ModelFormat {
    static final String NAME = "gguf";

    private static final byte[] MAGIC = {'G', 'G', 'U', 'F'};

    private final RecentHeader recent = new RecentHeader();

    /** For the service loader. */
    public GgufFormat() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean accepts(Path fileOrFolder) throws IOException {
        // devices and pipes may never answer a read
        if (!Files.isRegularFile(fileOrFolder)) {
            return false;
        }
        if (fileOrFolder.toString().toLowerCase(Locale.ROOT).endsWith(".gguf")) {
            return true;
        }
        try (InputStream in = Files.newInputStream(fileOrFolder)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        }
    }

    @Override
    public ModelFile open(Path fileOrFolder) throws IOException {
        if (!Files.isRegularFile(fileOrFolder)) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                    fileOrFolder.getFileName() + " is no GGUF file: there is no regular file of that name");
        }
        MappedFiles files = new MappedFiles();
        try {
            GgufHeader header = recent.read(fileOrFolder, files.map(fileOrFolder));
            if (GgufShards.isShard(header)) {
                header = GgufShards.merge(fileOrFolder, header, files);
            }
            return new GgufModelFile(fileOrFolder, files, header.metadata(), header.data());
        } catch (IOException | RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }
}

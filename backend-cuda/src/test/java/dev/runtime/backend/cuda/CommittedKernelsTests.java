package dev.runtime.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The PTX that ships belongs to the sources beside it; where nvcc is, the build brings it up to date. */
class CommittedKernelsTests {
    private static final Path SOURCES = Path.of("src/main/cuda");

    @Test
    void ptxIsThatOfTheSources() throws IOException, NoSuchAlgorithmException {
        for (Path source : files(".cu")) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (Path header : files(".cuh")) {
                all.write(Files.readAllBytes(header));
            }
            all.write(Files.readAllBytes(source));
            String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all.toByteArray()));
            String name = "kernels/" + source.getFileName().toString().replace(".cu", ".ptx");
            try (InputStream in = CudaBackend.class.getResourceAsStream(name)) {
                String ptx = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
                assertEquals("// sources sha256 " + hash, ptx.lines().findFirst().orElseThrow(), name + " is not up to date; run build.sh where nvcc is");
                assertTrue(ptx.contains(".version 7.0\n.target sm_80"), name + " is for drivers of CUDA 11 and cards from 8.0");
            }
        }
    }

    private static List<Path> files(String end) throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }
}

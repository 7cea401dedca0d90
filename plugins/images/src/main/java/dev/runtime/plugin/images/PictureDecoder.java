package dev.runtime.plugin.images;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ImageDecoder;
import dev.runtime.api.model.Pixels;
import java.nio.charset.StandardCharsets;

/** PNG, JPEG, GIF and BMP. What else is recognised as a picture is refused with its name. */
public final class PictureDecoder implements ImageDecoder {
    /** Bytes of the largest file. */
    static final int MOST_BYTES = 64 << 20;

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
    private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};

    /** Creates the decoder; the JDK's readers are loaded with the first picture. */
    public PictureDecoder() {}

    @Override
    public boolean accepts(byte[] file) {
        return !format(file).isEmpty();
    }

    @Override
    public Pixels decode(byte[] file) {
        String format = format(file);
        if (format.equals("webp")) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "WebP pictures are not supported; send PNG or JPEG");
        }
        if (file.length > MOST_BYTES) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "a picture of " + file.length + " bytes, the limit is " + MOST_BYTES
                    + "; send a smaller one");
        }
        return JdkReader.read(file, format);
    }

    private static String format(byte[] file) {
        return begins(file, 0, PNG) ? "png" : begins(file, 0, JPEG) ? "jpeg" : begins(file, 0, text("GIF8")) ? "gif"
                : begins(file, 0, text("RIFF")) && begins(file, 8, text("WEBP")) ? "webp"
                : begins(file, 0, text("BM")) && file.length > 26 ? "bmp" : "";
    }

    private static boolean begins(byte[] file, int at, byte[] with) {
        for (int i = 0; i < with.length; i++) {
            if (at + i >= file.length || file[at + i] != with[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] text(String letters) {
        return letters.getBytes(StandardCharsets.US_ASCII);
    }
}

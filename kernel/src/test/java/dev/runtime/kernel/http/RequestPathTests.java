package dev.runtime.kernel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestPathTests {
    @ParameterizedTest
    @CsvSource({"/, /", "//, /", "/a, /a", "/a/, /a/", "//a, /a", "/a//b, /a/b", "/a/./b, /a/b", "/a/../b, /b", "/../../a, /a", "/a/.., /", "/a/., /a/",
        "/a/b/.., /a/", "/..., /...", "/a/..b, /a/..b", "///evil.example//, /evil.example/"})
    void cleans(String path, String clean) {
        assertEquals(clean, RequestPath.clean(path));
    }

    @Test
    void aCleanPathStaysAndNeverClimbs() {
        Random random = new Random(5);
        String letters = "/./a.";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder path = new StringBuilder("/");
            for (int n = random.nextInt(12); n > 0; n--) {
                path.append(letters.charAt(random.nextInt(letters.length())));
            }
            String clean = RequestPath.clean(path.toString());
            assertEquals(clean, RequestPath.clean(clean));
            assertFalse(clean.contains("//") || (clean + "/").contains("/../") || (clean + "/").contains("/./"), path + " -> " + clean);
        }
    }

    @Test
    void writesWhatAHeaderMayHold() {
        assertEquals("/a%20b/%C3%A4%25%0D%0AX:1%22", RequestPath.encode("/a b/\u00e4%\r\nX:1\""));
    }

    @Test
    void controlCharactersAndBackslashesAreNotSane() {
        assertTrue(RequestPath.sane("/a b/\u00e4"));
        for (String path : new String[] {"", "a", "*", "/a\nb", "/\\evil", "/a\0", "/\u007f"}) {
            assertFalse(RequestPath.sane(path), path);
        }
    }
}

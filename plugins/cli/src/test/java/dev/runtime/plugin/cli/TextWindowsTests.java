package dev.runtime.plugin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextWindowsTests {
    @ParameterizedTest
    @CsvSource({"4, 4, abcd efgh", "4, 2, abcd cdef efgh ghij", "4, 1, abcd bcde cdef defg efgh fghi ghij", "5, 7, abcde",
            "10, 10, abcdefghij"})
    void windowsBeginAStepApartAndAreWhole(int size, int step, String expected) throws IOException {
        TextWindows windows = new TextWindows(new StringReader("abcdefghij"), new CharTokenizer(false), false, size, step);
        assertEquals(List.of(expected.split(" ")), all(windows));
        assertEquals(10, windows.tokens());
    }

    @Test
    void theBeginTokenStandsInPlaceOfEachFirstToken() throws IOException {
        assertEquals(List.of("^abc", "^efg"),
                all(new TextWindows(new StringReader("abcdefghij"), new CharTokenizer(true), false, 4, 4)));
    }

    @Test
    void controlTokensAreFoundIfWanted() throws IOException {
        for (boolean special : new boolean[] {false, true}) {
            TextWindows windows = new TextWindows(new StringReader("a^b"), new CharTokenizer(false), special, 3, 3);
            assertEquals(special ? CharTokenizer.BEGIN : '^', windows.next().orElseThrow()[1]);
        }
    }

    @Test
    void theBeginTokenIsNoTokenOfTheText() throws IOException {
        TextWindows windows = new TextWindows(new StringReader(""), new CharTokenizer(true), false, 4, 4);
        assertEquals(List.of(), all(windows));
        assertEquals(0, windows.tokens());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 100})
    void piecesMakeNoDifference(int pieceChars) throws IOException {
        String text = "one\ntwo\n\n three\nfour five six\n";
        for (int step : new int[] {1, 5, 9}) {
            assertEquals(all(new TextWindows(new StringReader(text), new CharTokenizer(true), false, 5, step)),
                    all(new TextWindows(new StringReader(text), new CharTokenizer(true), false, 5, step, pieceChars)));
        }
    }

    @Test
    void piecesEndBeforeALineThatBeginsVisibly() throws IOException {
        // the tokens known after the first window are those of the pieces read so far
        TextWindows windows = new TextWindows(new StringReader("ab\n\ncd\n ef\nxyz and more"), new CharTokenizer(false), false, 4, 4, 13);
        windows.next();
        assertEquals("ab\n\ncd\n ef\n".length(), windows.tokens());
    }

    @Test
    void aPairOfSurrogatesIsNotCut() throws IOException {
        TextWindows windows = new TextWindows(new StringReader("ab\uD83D\uDE00cd"), new CharTokenizer(false), false, 2, 2, 3);
        windows.next();
        assertEquals(2, windows.tokens());
    }

    @Test
    void theTotalIsKnownWhenTheEndWasRead() throws IOException {
        TextWindows windows = new TextWindows(new StringReader("abcdefghij"), new CharTokenizer(false), false, 4, 2, 5);
        windows.next();
        assertEquals(Optional.empty(), windows.total());
        windows.next();
        windows.next();
        windows.next();
        windows.next();
        assertEquals(Optional.of(4L), windows.total());
        TextWindows atOnce = new TextWindows(new StringReader("abcdefghij"), new CharTokenizer(false), false, 4, 2);
        atOnce.next();
        assertEquals(Optional.of(4L), atOnce.total());
    }

    private static List<String> all(TextWindows windows) throws IOException {
        List<String> all = new ArrayList<>();
        for (Optional<int[]> window = windows.next(); window.isPresent(); window = windows.next()) {
            all.add(new CharTokenizer(false).decode(window.get(), true));
        }
        return all;
    }
}

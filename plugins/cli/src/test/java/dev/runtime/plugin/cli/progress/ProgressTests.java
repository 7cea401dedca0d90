package dev.runtime.plugin.cli.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.plugin.cli.client.TransferEvent;
import dev.runtime.plugin.cli.render.Screen;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Lines of progress at widths and times given by the test. */
class ProgressTests {
    private static final long SECOND = 1_000_000_000;
    private static final String DIGEST = "sha256:6a0746a1ec1aef3e7ec53868f220ff6e389f6f8ef87a01d77c96807de94ca2aa";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private long now;

    private Progress display(Screen screen) {
        return Progress.still(out, screen, () -> now);
    }

    private String written() {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }

    @Test
    void aBarHasShareAmountsSpeedAndTimeLeft() {
        ProgressBar bar = display(Screen.none()).bar("pulling 6a0746a1ec1a:", 4_000_000_000L);
        for (int second = 1; second <= 5; second++) {
            now = second * SECOND;
            bar.done(second * 200_000_000L);
        }
        assertEquals("pulling 6a0746a1ec1a:  25% ▕██████                    ▏   1 GB/4 GB    200 MB/s     15s", bar.text(88, now));
        now = 30 * SECOND;
        bar.done(4_000_000_000L);
        assertEquals("pulling 6a0746a1ec1a: 100% ▕" + "█".repeat(51) + "▏   4 GB", bar.text(88, now));
    }

    @Test
    void whatWasThereBeforeDoesNotCountAsSpeed() {
        ProgressBar bar = display(Screen.none()).bar("x", 1000);
        bar.done(900);
        assertTrue(bar.text(80, now).contains("  0 B/s"), bar.text(80, now));
        now = SECOND;
        bar.done(910);
        assertTrue(bar.text(80, now).contains(" 10 B/s      9s"), bar.text(80, now));
    }

    @Test
    void longWaitsAreInHours() {
        ProgressBar bar = display(Screen.none()).bar("x", 100_000_000);
        bar.done(1);
        now = SECOND;
        bar.done(10_001);
        assertTrue(bar.text(80, now).endsWith("  2h46m"), bar.text(80, now));
        now = 20_000 * SECOND;
        bar.done(10_002);
        assertTrue(bar.text(80, now).endsWith("   99h+") || bar.text(80, now).endsWith("/s        "), bar.text(80, now));
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        ProgressBar bar = display(Screen.none()).bar("pulling 6a0746a1ec1a:", 4_000_000_000L);
        now = SECOND;
        bar.done(1_234_567_890L);
        for (int columns = 1; columns < 200; columns++) {
            String text = bar.text(columns, now);
            assertTrue(text.length() <= columns, columns + ": " + text);
        }
        assertEquals("pulling 6a0746a1ec1a:  30% 1.2 GB/4 GB", bar.text(40, now));
    }

    @Test
    void eachFrameGoesBackOverTheLastOne() {
        Progress display = display(new Screen(true, () -> 40));
        Spinner spinner = display.spinner("pulling manifest");
        display.draw();
        assertEquals("\u001b[?2026h\u001b[?25lpulling manifest ⠋\u001b[K\u001b[?25h\u001b[?2026l", written());
        spinner.stop();
        display.spinner("writing manifest");
        now = 100_000_000;
        display.draw();
        assertEquals("\u001b[?2026h\u001b[?25l\u001b[1Gpulling manifest\u001b[K\nwriting manifest ⠙\u001b[K\u001b[?25h\u001b[?2026l", written());
        display.draw();
        assertTrue(written().startsWith("\u001b[?2026h\u001b[?25l\u001b[1A\u001b[1Gpulling"), "goes up one line");
        display.clear();
        assertEquals("\u001b[1A\u001b[1G\u001b[2K\u001b[B\u001b[2K\u001b[1A\u001b[1G\u001b[?25h\u001b[?2026l", written());
        display.close();
        assertEquals("", written());
    }

    @Test
    void aPullIsALineForEachLayerAndStep() {
        Progress display = display(new Screen(true, () -> 60));
        pull(display);
        bytes.reset();
        display.close();
        assertEquals("""
                pulling manifest
                pulling 6a0746a1ec1a: 100% ▕███████████████████████▏ 4.7 GB
                verifying sha256 digest
                success
                """, written().replaceAll("\u001b\\[[?0-9;]*[A-Za-z]", ""));
    }

    @Test
    void withoutATerminalEachLineIsPrintedOnceItHasEnded() {
        Progress display = display(Screen.none());
        pull(display);
        display.close();
        assertEquals("pulling manifest\npulling 6a0746a1ec1a: 100% 4.7 GB\nverifying sha256 digest\nsuccess\n", written());
    }

    private static void pull(Progress display) {
        TransferProgress progress = new TransferProgress(display);
        progress.accept(new TransferEvent("pulling manifest", "", 0, 0));
        progress.accept(new TransferEvent("pulling 6a0746a1ec1a", DIGEST, 4_700_000_000L, 0));
        progress.accept(new TransferEvent("pulling 6a0746a1ec1a", DIGEST, 4_700_000_000L, 1_000_000));
        display.draw();
        progress.accept(new TransferEvent("pulling 6a0746a1ec1a", DIGEST, 4_700_000_000L, 4_700_000_000L));
        progress.accept(new TransferEvent("verifying sha256 digest", "", 0, 0));
        progress.accept(new TransferEvent("verifying sha256 digest", "", 0, 0));
        progress.accept(new TransferEvent("success", "", 0, 0));
    }
}

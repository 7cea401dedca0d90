package dev.runtime.kernel.boot;

import dev.runtime.kernel.Version;

/** The entry of the {@code runtime} binary. */
public final class Main {
    private Main() {}

    /**
     * Runs a command and ends the process with its exit status.
     *
     * <p>The version is answered here, with as few classes as possible: that question is also how scripts find out whether the
     * binary works at all.
     */
    public static void main(String[] arguments) {
        if (arguments.length == 1 && isVersion(arguments[0])) {
            System.out.println("runtime version is ".concat(Version.text()));
            return;
        }
        int status = CommandLine.run(arguments);
        System.out.flush();
        System.exit(status);
    }

    private static boolean isVersion(String word) {
        return word.equals("--version") || word.equals("-v") || word.equals("version");
    }
}

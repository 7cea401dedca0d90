package dev.runtime.backend.cuda.ffi;

/** Starts the driver. A class of its own, since {@link Driver} cannot be initialised where there is none. */
public final class DriverStart {
    private DriverStart() {}

    /** Starts the driver; returns why it cannot be used, empty if it can. */
    public static String absent() {
        try {
            Driver.init(0);
            return "";
        } catch (DriverError e) {
            return e.getMessage();
        } catch (ExceptionInInitializerError e) {
            return String.valueOf(e.getCause().getMessage());
        } catch (LinkageError e) {
            return String.valueOf(e.getMessage());
        }
    }
}

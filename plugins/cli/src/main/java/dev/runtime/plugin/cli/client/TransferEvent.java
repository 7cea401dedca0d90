package dev.runtime.plugin.cli.client;

/**
 * What a server tells of a pull, push or create.
 *
 * @param status a sentence for people
 * @param digest of the layer that the amounts are of; empty if none
 * @param total its size in bytes, 0 if unknown
 * @param completed how much of it is done
 */
public record TransferEvent(String status, String digest, long total, long completed) {
    /** The status that ends every transfer that went well. */
    public static final String SUCCESS = "success";
}

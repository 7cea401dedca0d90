/**
 * Brings models from other places into the store and back: {@link dev.runtime.kernel.transfer.TransferService} is the entry. Places are
 * extensions; what arrives is resumed, shared between callers and checked here, so that no place has to.
 */
package dev.runtime.kernel.transfer;

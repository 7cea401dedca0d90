/**
 * The models on disk: manifests that name layers, layers as content-addressed blobs, in the layout that users already have, and
 * weight files used where they lie.
 *
 * <p>{@link dev.runtime.kernel.store.ModelStore} is the entry. {@link dev.runtime.kernel.store.BlobPath} is the only class that makes
 * paths of names from outside; names and media types of the layout are in {@code store.properties}, so that no code knows them.
 *
 * <p>Reading needs no lock: other processes replace manifests while we read, so a manifest is read whole or not at all, a cut off
 * one is no JSON and counts as damaged, blobs never change once they have their name, and their lengths are compared with
 * the manifest's.
 */
package dev.runtime.kernel.store;

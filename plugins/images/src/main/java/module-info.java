/**
 * Pictures as pixels, by the JDK's own readers. They bring the module {@code java.desktop} along, which costs the image some megabytes; nothing
 * of it is loaded before the first picture.
 */
module dev.runtime.plugin.images {
    requires dev.runtime.api;
    requires java.desktop;

    provides dev.runtime.api.model.ImageDecoder with dev.runtime.plugin.images.PictureDecoder;
}

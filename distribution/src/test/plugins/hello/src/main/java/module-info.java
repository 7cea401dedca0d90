/** An endpoint that says hello. */
module org.example.hello {
    requires dev.runtime.api;
    requires org.jsoup;

    provides dev.runtime.api.http.Endpoint with org.example.hello.HelloEndpoint;
}

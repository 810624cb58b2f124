// The HTTP client and TLS: trusted certificates, and the identity of the server.
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>

#include "net/test_support.h"

namespace gyr::net {
namespace {

using test::LoopThread;

template <class T, void (*free)(T*)>
struct Free {
  void operator()(T* object) const { free(object); }
};
template <class T, void (*free)(T*)>
using Owned = std::unique_ptr<T, Free<T, free>>;

std::string pem_of(auto write) {
  Owned<BIO, BIO_free_all> memory(BIO_new(BIO_s_mem()));
  write(memory.get());
  char* data = nullptr;
  long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<size_t>(size)};
}

/// A key and a certificate for it that it has signed itself, for one host name or address, valid from now on.
struct Identity {
  Owned<EVP_PKEY, EVP_PKEY_free> key{EVP_EC_gen("P-256")};
  Owned<X509, X509_free> certificate{X509_new()};

  explicit Identity(const std::string& alternative_name, long valid_seconds = 3600) {
    X509* x = certificate.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -7200);
    X509_gmtime_adj(X509_getm_notAfter(x), valid_seconds);
    X509_set_pubkey(x, key.get());
    X509_NAME* name = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(x, name);
    Owned<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_name.c_str()));
    X509_add_ext(x, extension.get(), -1);
    X509_sign(x, key.get(), EVP_sha256());
  }
  std::string certificate_pem() const {
    return pem_of([this](BIO* out) { PEM_write_bio_X509(out, certificate.get()); });
  }
  std::string key_pem() const {
    return pem_of(
        [this](BIO* out) { PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }
};

/// Answers one request per connection, saying whether the client showed a certificate.
class TlsServer {
 public:
  explicit TlsServer(const Identity& identity, const Identity* trusted_client = nullptr)
      : context_(SSL_CTX_new(TLS_server_method())), server_([this](test::RawSocket socket, int) { serve(socket); }) {
    ::signal(SIGPIPE, SIG_IGN);  // a client that refuses the certificate closes in the middle of a write
    SSL_CTX_use_certificate(context_.get(), identity.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), identity.key.get());
    if (trusted_client == nullptr) return;
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), trusted_client->certificate.get());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  }
  std::string url() const { return "https" + server_.url("/x").substr(4); }

 private:
  void serve(test::RawSocket& socket) {
    Owned<SSL, SSL_free> tls(SSL_new(context_.get()));
    SSL_set_fd(tls.get(), socket.descriptor());
    if (SSL_accept(tls.get()) != 1) return;
    std::string request;
    char buffer[1000];
    while (request.find("\r\n\r\n") == std::string::npos) {
      int got = SSL_read(tls.get(), buffer, sizeof buffer);
      if (got <= 0) return;
      request.append(buffer, static_cast<size_t>(got));
    }
    Owned<X509, X509_free> peer(SSL_get1_peer_certificate(tls.get()));
    std::string answer =
        fmt::format("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n{}", peer ? "known\n" : "secret");
    SSL_write(tls.get(), answer.data(), static_cast<int>(answer.size()));
    SSL_shutdown(tls.get());
  }

  Owned<SSL_CTX, SSL_CTX_free> context_;
  test::ScriptedServer server_;
};

class HttpClientTls : public testing::Test {
 protected:
  ~HttpClientTls() override { client_.reset(); }
  base::Result<ClientResponse> send(ClientRequest request) {
    return loop_.await<base::Result<ClientResponse>>(
        [&] { return client_->send(std::move(request), loop_.loop(), {}); });
  }
  static void expect_refused(const base::Result<ClientResponse>& response) {
    ASSERT_FALSE(response) << "the connection was trusted";
    EXPECT_EQ(response.error().code(), tls_failed) << response.error().to_string();
    EXPECT_NE(response.error().message().find("127.0.0.1"), std::string::npos) << response.error().to_string();
  }

  LoopThread loop_;
  std::unique_ptr<HttpClient> client_ = make_http_client();
};

TEST_F(HttpClientTls, RejectsUnknownCertificates) {
  Identity identity("IP:127.0.0.1");
  TlsServer server(identity);
  ClientRequest request;
  request.url = server.url();
  expect_refused(send(request));  // not one of the system's authorities
  request.ca_pem = Identity("IP:127.0.0.1").certificate_pem();
  expect_refused(send(request));  // another one
  request.ca_pem = identity.certificate_pem();
  auto response = send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body, "secret");
  // What one request trusts, the next does not inherit through a kept connection.
  request.ca_pem.clear();
  expect_refused(send(request));
  request.verify_tls = false;
  response = send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  request.verify_tls = true;
  expect_refused(send(request));
}

TEST_F(HttpClientTls, ChecksTheNameAndTheTime) {
  Identity other_name("DNS:example.com");
  TlsServer wrong(other_name);
  ClientRequest request;
  request.url = wrong.url();
  request.ca_pem = other_name.certificate_pem();
  expect_refused(send(request));
  Identity expired("IP:127.0.0.1", -3600);
  TlsServer old(expired);
  request.url = old.url();
  request.ca_pem = expired.certificate_pem();
  expect_refused(send(request));
}

TEST_F(HttpClientTls, ShowsItsOwnCertificate) {
  Identity server_identity("IP:127.0.0.1"), client_identity("email:worker@example.com");
  TlsServer server(server_identity, &client_identity);
  ClientRequest request;
  request.url = server.url();
  request.ca_pem = server_identity.certificate_pem();
  request.client_certificate_pem = client_identity.certificate_pem();
  request.client_key_pem = client_identity.key_pem();
  auto response = send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body, "known\n");
  request.client_key_pem = "not a key";
  auto refused = send(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), tls_failed) << refused.error().to_string();
  request.client_certificate_pem.clear();
  response = send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body, "secret");
  request.ca_pem = "garbage";
  refused = send(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), tls_failed) << refused.error().to_string();
}

}  // namespace
}  // namespace gyr::net

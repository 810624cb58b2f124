// What libcurl's errors mean to people.
#include "net/client_transfer.h"

namespace gyr::net {
namespace {

std::string seconds_text(std::chrono::milliseconds time) { return fmt::format("{:g} s", time.count() / 1000.0); }

std::string system_text(int error) {
  switch (error) {
    case ECONNREFUSED: return "connection refused";
    case ECONNRESET: return "connection reset by the server";
    case EHOSTUNREACH: return "no route to the host";
    case ENETUNREACH: return "the network is unreachable";
    case ETIMEDOUT: return "no response";
    default: return error != 0 ? std::strerror(error) : "";
  }
}

/// What was connected to, in words.
std::string place_of(const Url& url, const ClientRequest& request) {
  return request.unix_socket.empty() ? fmt::format("{}:{}", url.host, url.effective_port()) : request.unix_socket;
}

base::Error timeout(CURL* easy, const Url& url, const ClientRequest& request, bool connected) {
  double resolved = 0;
  curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME, &resolved);
  const std::string where = place_of(url, request);
  const bool total = request.total_timeout.count() > 0 && (connected || request.connect_timeout.count() <= 0 ||
                                                           request.total_timeout <= request.connect_timeout);
  const auto limit = total ? request.total_timeout : request.connect_timeout;
  std::string_view what = connected ? "the response of" : resolved > 0 ? "connecting to" : "resolving the name of";
  return {request_timed_out, fmt::format("timed out: {} {} took longer than {}", what, where, seconds_text(limit))};
}

}  // namespace

base::Error client_error(CURLcode code, CURL* easy, const Url& url, const ClientRequest& request, bool connected,
                         std::string_view curl_message) {
  const std::string where = place_of(url, request);
  const std::string detail(curl_message.empty() ? curl_easy_strerror(code) : curl_message);
  long system_error = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
  const std::string system = system_text(static_cast<int>(system_error));
  switch (code) {
    case CURLE_COULDNT_CONNECT: {
      std::string target = where;
      if (auto proxy = parse_url(request.proxy)) target = fmt::format("the proxy {}", proxy->authority());
      return {connection_failed, fmt::format("cannot connect to {}: {}", target, system.empty() ? detail : system)};
    }
    case CURLE_COULDNT_RESOLVE_HOST:
      return base::Error(name_not_resolved, fmt::format("cannot resolve the name `{}`", url.host))
          .with_hint("check the spelling of the host and the DNS settings of the machine");
    case CURLE_COULDNT_RESOLVE_PROXY: return {name_not_resolved, "cannot resolve the name of the proxy"};
    case CURLE_PROXY:
      return {connection_failed, fmt::format("the proxy rejected the connection to {}: {}", where, detail)};
    case CURLE_OPERATION_TIMEDOUT: return timeout(easy, url, request, connected);
    case CURLE_GOT_NOTHING:
      return {connection_failed, fmt::format("{} closed the connection without a response", where)};
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      if (detail.find("chunk") != std::string::npos) {
        return {bad_response, fmt::format("the response of {} is not valid HTTP: {}", where, detail)};
      }
      return {connection_failed,
              fmt::format("the connection to {} was interrupted: {}", where, system.empty() ? detail : system)};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return {tls_failed, fmt::format("cannot establish a secure connection to {}: {}", where, detail)};
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
      return {tls_failed, fmt::format("cannot use the certificate or key for {}: {}", where, detail)};
    case CURLE_PARTIAL_FILE:
      return {bad_response, fmt::format("{} closed the connection before the end of the response: {}", where, detail)};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return {bad_response, fmt::format("the response of {} is not valid HTTP: {}", where, detail)};
    case CURLE_BAD_CONTENT_ENCODING:
      return {bad_response, fmt::format("the compressed response of {} is damaged", where)};
    case CURLE_URL_MALFORMAT: return {bad_url, fmt::format("not a valid URL: {}", detail)};
    case CURLE_READ_ERROR: return {local_file_failed, fmt::format("cannot read the file to send: {}", detail)};
    default: return {connection_failed, fmt::format("the request to {} failed: {}", where, detail)};
  }
}

}  // namespace gyr::net

//! How the names of machines are looked up.

/// Has names looked up in the hosts file and by DNS, as kustomize does, whatever else the machine's `nsswitch.conf` names.
///
/// What else there is are libraries made for the machine's own C library, which a program that has its own cannot load.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn look_up_as_kustomize_does() {
    #[expect(unsafe_code, reason = "it is a function of the C library")]
    // SAFETY: both are texts of C that live for ever; the function copies them, under a lock of its own.
    unsafe {
        __nss_configure_lookup(c"hosts".as_ptr(), c"files dns".as_ptr());
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "it is a function of the C library")]
unsafe extern "C" {
    /// <https://www.gnu.org/software/libc/manual/html_node/NSS-Configuration-File.html>: its programmatic form, of `nss.h`.
    fn __nss_configure_lookup(
        database: *const libc::c_char,
        service: *const libc::c_char,
    ) -> libc::c_int;
}

/// Elsewhere the program is linked to the machine's own C library.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn look_up_as_kustomize_does() {}

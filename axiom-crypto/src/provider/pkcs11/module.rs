//! PKCS #11 libraries, each loaded once into the process.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};

/// The modules of this process. None is ever unloaded: another user of it in this process would lose its sessions.
static MODULES: LazyLock<Mutex<HashMap<PathBuf, Pkcs11>>> = LazyLock::new(Mutex::default);

/// The library at `path`, loaded and initialized.
pub(super) fn loaded(path: &Path) -> Result<Pkcs11, Error> {
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(module) = modules.get(path) {
        return initialized(module.clone());
    }
    let module = initialized(Pkcs11::new(path)?)?;
    modules.insert(path.to_owned(), module.clone());
    Ok(module)
}

/// The host may use the same library, and may have finalized it.
fn initialized(module: Pkcs11) -> Result<Pkcs11, Error> {
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(module),
        Err(error) => Err(error),
    }
}

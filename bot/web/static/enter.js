// The demo opens by itself; without this script its button does the same.

document.getElementById("enter").submit();

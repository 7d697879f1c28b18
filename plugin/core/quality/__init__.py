"""Quality of plan data: conversion of land classes, comparison of vintages, inspection."""
